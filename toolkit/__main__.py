"""``python -m toolkit`` is the same as the command ``toolkit``."""

from toolkit.cli import main

main()
