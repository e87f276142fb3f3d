"""Running notebooks: the engines, what they are forked from, and where they work.

This is the only room that touches what other packages do not promise: private names, methods that
are not meant to be overridden, and messages handed over without a socket. Each place says which
part it is, why, and which public way there is not:

- `in_process` overrides ``Kernel._execute_sleep`` and ``ZMQInteractiveShell.enable_gui`` of
  ipykernel, calls ``Kernel.set_parent``, ``execute_request`` and ``shell_handlers``, hands
  ``Session.send`` of jupyter_client over to itself, and stands for the client that nbclient asks.
- `forked_kernel` sets ``process`` and ``pid`` of a provisioner of jupyter_client, and leaves out
  the first words of the kernel's command.
- `papermill_engines` subclasses papermill's client and engines.
- `light_imports` hides packages that are never used while others are loaded.

``tests/publish/engine/test_private_parts.py`` holds the list complete, and ``make matrix`` runs the
tests of this room on the oldest and the newest versions that ``pyproject.toml`` allows.
"""
