"""JupyterLab on a server of its own: the same host name, secrets and quiet as for a call."""

from __future__ import annotations

import os

from jupyterlab.labapp import LabApp

from toolkit.capture.service.server import OwnServer


class StudyLab(LabApp):  # type: ignore[misc]  # JupyterLab has no types
    """JupyterLab for a study; what is served is said by the server below it."""

    serverapp_class = OwnServer

    @classmethod
    def get_extension_package(cls) -> str:
        """Return the package that JupyterLab is in, not the one that this class is in."""
        return "jupyterlab"


def main() -> None:
    """Serve until Ctrl+C, or until whoever started it is gone."""
    os.umask(0o077)
    StudyLab.launch_instance()


if __name__ == "__main__":
    main()
