"""A file of a volume, opened so that nothing in it or about it can hold up, hang or fill the worker."""

import bz2
import contextlib
import gzip
import lzma
import os
import stat
import zlib

from ..failure import Failure
from ..paths import is_inside, resolve, volume_root
from . import unreadable

PACKED = {b"\x1f\x8b": ("gzip", gzip.open), b"BZh": ("bzip2", bz2.open), b"\xfd7zXZ\0": ("xz", lzma.open)}
STEP = 1 << 20


class Source:
    """Reads a file at any place; a packed one (gzip, bzip2, xz) by unpacking up to there, which never takes much memory.

    Attributes
    ----------
    name : str
        As it was asked for; a link is named by itself.
    size, modified : int
        Of the file as it lies there: bytes, and ms since 1970.
    packed : str or None
        How it is packed.
    length : int or None
        Bytes of what ``read`` gives; None when only unpacking to the end would tell.
    """

    def __init__(self, descriptor, name, task):
        info = os.fstat(descriptor)
        self.name, self.size, self.modified = name, info.st_size, info.st_mtime_ns // 1_000_000
        self._descriptor, self._task = descriptor, task
        start = os.pread(descriptor, 6, 0)
        self.packed, self._open = next((how for magic, how in PACKED.items() if start.startswith(magic)), (None, None))
        self.length = None if self.packed else self.size
        self._stream, self._at = None, 0

    def read(self, offset, count):
        """At most ``count`` bytes from ``offset``: fewer only where the file ends."""
        self._task.check()
        if self.packed:
            return self._unpack(offset, count)
        count, blocks = max(0, min(count, self.size - offset)), []
        while count and (block := os.pread(self._descriptor, count, offset)):
            blocks.append(block)
            offset, count = offset + len(block), count - len(block)
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)

    def into(self, offset, buffer):
        """Fill ``buffer`` from ``offset``; how many bytes there were."""
        self._task.check()
        if self.packed:
            data = self._unpack(offset, len(buffer))
            buffer[: len(data)] = data
            return len(data)
        done = 0
        while done < len(buffer) and (count := os.preadv(self._descriptor, [buffer[done:]], offset + done)):
            done += count
        return done

    def blocks(self, offset=0, size=STEP):
        """The file from ``offset`` on, block after block."""
        while block := self.read(offset, size):
            yield block
            offset += len(block)

    def file(self):
        """A file object of its own, for readers that want one. Not of packed files."""
        return open(f"/proc/self/fd/{self._descriptor}", "rb")

    @property
    def path(self):
        """For readers that want a path: leads to the open file, whatever it is called and wherever it is by now."""
        return f"/proc/self/fd/{self._descriptor}"

    def _unpack(self, offset, count):
        try:
            if self._stream is None or offset < self._at:
                self._stream, self._at = self._open(self.file()), 0
            blocks = []
            while self._at < offset + count:
                self._task.check()
                until = offset if self._at < offset else offset + count
                block = self._stream.read(min(STEP, until - self._at))
                if not block:
                    break
                if self._at >= offset:
                    blocks.append(block)
                self._at += len(block)
            return b"".join(blocks)
        except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
            self._stream = None
            raise unreadable(self.packed, f"{error} (after {self._at:,} unpacked bytes).", "Tell the operators of the archive.") from None
        except OSError as error:
            if error.errno is not None:
                raise
            raise unreadable(self.packed, f"{error} (after {self._at:,} unpacked bytes).", "Tell the operators of the archive.") from None


@contextlib.contextmanager
def opened(data, params, task):
    """The file that a request is about, as a ``Source``."""
    root = volume_root(data, params["volume"])
    real = resolve(root, params["path"])
    # A pipe would wait for somebody to write, a device might do anything.
    descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        # What was a folder when it was resolved may be a link by now.
        if not is_inside(root, os.readlink(f"/proc/self/fd/{descriptor}").removesuffix(" (deleted)")):
            raise Failure("outside-volume", "This leads out of the volume.", "Open it where it lies, if you may see it there.")
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Failure("not-a-file", "This is not a file that can be read.", "Choose a file.")
        yield Source(descriptor, os.path.basename(params["path"]) or "file", task)
    finally:
        os.close(descriptor)
