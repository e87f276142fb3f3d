"""A layer between SQLCipher and the disk that sees each write and can let it fail.

SQLite reaches the disk through a table of functions, its VFS. The extension exports what it
takes to register another one, so that no compiler and no root is needed: this one is a copy of
the default, except that opening, writing, shortening, synchronising and deleting go through
Python first. It is the default while it is in use, so that the code under test is as it is.
"""

from __future__ import annotations

import ctypes as c
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from sqlcipher3 import _sqlite3

OK, FULL, IOERR = 0, 13, 10
IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE = IOERR | 3 << 8, IOERR | 4 << 8, IOERR | 6 << 8
_OPEN_CREATE = 0x4
_library = c.CDLL(_sqlite3.__file__)
_register = _library.sqlite3_vfs_register
_register.argtypes = [c.c_void_p, c.c_int]
_find = _library.sqlite3_vfs_find
_find.argtypes, _find.restype = [c.c_char_p], c.c_void_p

_Open = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_void_p, c.c_int, c.c_void_p)
_Delete = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int)
_Write = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int, c.c_int64)
_Shorten = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int64)
_Sync = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int)
_SystemCall = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_char_p, c.c_void_p)
_GetSystemCall = c.CFUNCTYPE(c.c_void_p, c.c_void_p, c.c_char_p)
_OpenFolder = c.CFUNCTYPE(c.c_int, c.c_char_p, c.c_void_p)
_POINTERS = "close read write truncate sync size lock unlock reserved control sector_size traits"
_SHARED = "map lock barrier unmap fetch unfetch"
_CALLS = "open delete access full_name dl_open dl_error dl_sym dl_close random sleep time error"
_LATER = "time_64 set_system_call get_system_call next_system_call"


class _Methods(c.Structure):
    """``sqlite3_io_methods``."""

    _fields_ = [
        ("version", c.c_int),
        *[(name, c.c_void_p) for name in _POINTERS.split()],
        *[(f"shared_{name}", c.c_void_p) for name in _SHARED.split()],
    ]


class _Vfs(c.Structure):
    """``sqlite3_vfs``."""

    _fields_ = [
        ("version", c.c_int),
        ("size_of_file", c.c_int),
        ("longest_path", c.c_int),
        ("next", c.c_void_p),
        ("name", c.c_char_p),
        ("data", c.c_void_p),
        *[(name, c.c_void_p) for name in f"{_CALLS} {_LATER}".split()],
    ]


class Watcher(Protocol):
    """Is told what SQLite does; what it gives other than `OK` is the fault that SQLite sees."""

    def opened(self, path: str) -> None:
        """A file was opened, and may have been made."""

    def write(self, path: str, at: int, content: bytes) -> int:
        """Bytes are about to be written."""

    def shorten(self, path: str, size: int) -> int:
        """A file is about to get a size."""

    def sync(self, path: str) -> int:
        """A file is about to be synchronised."""

    def sync_folder(self, path: str) -> int:
        """The names in a folder are about to be synchronised."""

    def deleted(self, path: str) -> None:
        """A name was taken away."""


class _Layer:
    """The functions that stand between; kept for ever, because SQLite keeps their addresses."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._paths: dict[int, str] = {}
        self._kept: list[Any] = []
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}
        self.faults: list[BaseException] = []
        self.below = _find(None)
        self._default = _Vfs.from_address(self.below)
        self.vfs = _Vfs.from_buffer_copy(self._default)
        self.vfs.name = b"watched"
        self._replace(self.vfs, "open", _Open, self._open)
        self._replace(self.vfs, "delete", _Delete, self._delete)
        folder = _GetSystemCall(self._default.get_system_call)(self.below, b"openDirectory")
        self._open_folder = _OpenFolder(folder)
        self._folder_hook = _OpenFolder(self._guarded(self._opened_folder))

    def install(self) -> None:
        """Be the default from now on."""
        _register(c.addressof(self.vfs), 1)
        hook = c.cast(self._folder_hook, c.c_void_p)
        _SystemCall(self._default.set_system_call)(self.below, b"openDirectory", hook)

    def remove(self) -> None:
        """Let the one below be the default again."""
        _SystemCall(self._default.set_system_call)(self.below, b"openDirectory", None)
        _library.sqlite3_vfs_unregister(c.c_void_p(c.addressof(self.vfs)))
        _register(self.below, 1)

    def _replace(self, table: c.Structure, name: str, kind: Any, call: Callable[..., int]) -> None:
        kept = kind(self._guarded(call))
        self._kept.append(kept)
        setattr(table, name, c.cast(kept, c.c_void_p))

    def _guarded(self, call: Callable[..., int]) -> Callable[..., int]:
        """Never let an exception fall into C: keep it, and let the call fail."""

        def guarded(*args: Any) -> int:
            try:
                return call(*args)
            except BaseException as fault:  # noqa: BLE001 - C cannot take it; it is raised later
                self.faults.append(fault)
                return IOERR

        return guarded

    def _open(self, _: int, name: int, file: int, flags: int, told: int) -> int:
        result = _Open(self._default.open)(self.below, name, file, flags, told)
        methods = c.c_void_p.from_address(file)
        if result == OK and name and methods.value:
            path = os.fsdecode(c.string_at(name))
            self._paths[file] = path
            methods.value = c.addressof(self._watched(methods.value))
            self._watcher.opened(path)
        return result

    def _watched(self, address: int) -> _Methods:
        """Give a copy of a file's functions with ours in their place."""
        if address not in self._methods:
            real = _Methods.from_address(address)
            ours = _Methods.from_buffer_copy(real)
            self._replace(ours, "write", _Write, self._write(_Write(real.write)))
            self._replace(ours, "truncate", _Shorten, self._shorten(_Shorten(real.truncate)))
            self._replace(ours, "sync", _Sync, self._sync(_Sync(real.sync)))
            self._methods[address] = (ours, real)
        return self._methods[address][0]

    def _write(self, real: Callable[..., int]) -> Callable[..., int]:
        def write(file: int, content: int, size: int, at: int) -> int:
            failed = self._watcher.write(self._paths[file], at, c.string_at(content, size))
            return failed or real(file, content, size, at)

        return write

    def _shorten(self, real: Callable[..., int]) -> Callable[..., int]:
        def shorten(file: int, size: int) -> int:
            return self._watcher.shorten(self._paths[file], size) or real(file, size)

        return shorten

    def _sync(self, real: Callable[..., int]) -> Callable[..., int]:
        def sync(file: int, flags: int) -> int:
            return self._watcher.sync(self._paths[file]) or real(file, flags)

        return sync

    def _opened_folder(self, path: bytes, descriptor: int) -> int:
        # SQLite opens a folder for one purpose only: to synchronise it.
        folder = os.path.dirname(os.fsdecode(path))
        return self._watcher.sync_folder(folder) or self._open_folder(path, descriptor)

    def _delete(self, _: int, name: int, sync_folder: int) -> int:
        path = os.fsdecode(c.string_at(name))
        result = _Delete(self._default.delete)(self.below, name, sync_folder)
        self._watcher.deleted(path)
        return result


_layers: list[_Layer] = []


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Let a watcher see what SQLite does to files that are opened meanwhile, in this process.

    They have to be closed before the end. One at a time.
    """
    layer = _Layer(watcher)
    _layers.append(layer)
    layer.install()
    try:
        yield
    finally:
        layer.remove()
    if layer.faults:
        raise layer.faults[0]
