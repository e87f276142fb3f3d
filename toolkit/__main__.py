"""The command ``toolkit``, also as ``python -m toolkit``.

A run that was asked for before and for which nothing was touched since is answered from here,
before the command itself is loaded.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Answer again, or run the command."""
    words = sys.argv[1:]
    if words[:1] == ["run"]:
        from toolkit.publish.engine.unchanged import answer_again

        said = answer_again(words)
        if said is not None:
            sys.stdout.write(said)
            return
        from toolkit.publish.engine.early_start import begin

        begin(words)
    from toolkit.cli import main as command

    command()


if __name__ == "__main__":
    main()
