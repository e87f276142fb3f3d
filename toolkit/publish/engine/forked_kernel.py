"""A real kernel: its command, its manager, its sockets, and how it is forked."""

from __future__ import annotations

import socket
import sys
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from toolkit.publish.engine.environment import Workplace
from toolkit.publish.engine.forking import Preloaded

# Words of a kernel's command before those of the kernel itself.
_LAUNCH = 3


class OwnPython(KernelSpecManager):
    """Knows one kernel only: the Python that the run itself is in.

    A user's own ``python3`` kernel could be another Python with other packages.

    Parameters
    ----------
    provisioner : str
        Who starts it, as an entry point of jupyter_client; empty for jupyter_client's own way.
    """

    def __init__(self, provisioner: str = "") -> None:
        super().__init__()
        self._provisioner = provisioner

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return that kernel, whatever the name asked for."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        by = {"kernel_provisioner": {"provisioner_name": self._provisioner}}
        return KernelSpec(
            argv=command,
            display_name="Python 3",
            language="python",
            metadata=by if self._provisioner else {},
        )


class ForkedKernel(LocalProvisioner):
    """Starts a kernel by forking the preloaded process that its manager knows."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; parameters as in `LocalProvisioner.launch_kernel`."""
        manager = self.parent
        assert isinstance(manager, _Keeper)
        assert manager.preloaded is not None
        forked = manager.preloaded.ask(
            {"environment": kwargs["env"], "folder": kwargs["cwd"], "kernel": cmd[_LAUNCH:]}
        )
        self.process, self.pid = cast(Any, forked), forked.pid
        return self.connection_info


class _Keeper(AsyncKernelManager):
    """Keeps one kernel, and may know a preloaded process."""

    preloaded: Preloaded | None = None


def new_kernel(
    workplace: Workplace, mark: str, preloaded: Preloaded | None = None
) -> AsyncKernelManager:
    """Return the manager of a kernel that has not been started.

    Parameters
    ----------
    mark : str
        Short, and another for each kernel of the run; names the sockets.

    Returns
    -------
    jupyter_client.manager.AsyncKernelManager
        Over sockets of the file system, so that kernels side by side never want the same port;
        over TCP where the platform has no such sockets.
    """
    manager = _Keeper(
        kernel_name="python3",
        kernel_spec_manager=OwnPython("toolkit-fork" if preloaded else ""),
        connection_file=str(workplace.folder / f"{mark}.json"),
    )
    manager.preloaded = preloaded
    if hasattr(socket, "AF_UNIX"):
        manager.transport = "ipc"
        manager.ip = str(workplace.folder / mark)
    return manager
