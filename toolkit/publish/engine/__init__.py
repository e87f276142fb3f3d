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
- `light_imports` hides packages that are never used while others are loaded: loading nbformat,
  nbconvert and a kernel takes a second less of the 2.4 that a small run from nothing takes.

Two modules look at the command line before click does, and neither can change what a run gives:
`unchanged` answers a run that was asked for before in the very same words, while nothing that went
in or came out was touched (0.04 s, where loading click and the command alone takes 0.1 s), and
`early_start` begins the process that notebooks are forked from, which a run takes or leaves.

`tests/publish/engine` holds the list complete (`test_private_parts`) and shows that nothing comes
out otherwise (`test_light_imports`, `test_unchanged`, `test_early_start`); ``make matrix`` runs the
tests of this room on the oldest and the newest versions that ``pyproject.toml`` allows.
"""
