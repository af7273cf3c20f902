"""The worker that copies from volumes into the workspace. Nothing is overwritten, and nothing half copied stays."""

import os
import shutil
import stat
import sys
import time

from .failure import Failure, failure_of
from .paths import is_inside, resolve, volume_root
from .worker import serve

BLOCK = 8 << 20
PACKED = {".gz", ".bz2", ".xz", ".zst", ".fz"}
#: Seconds between two reports.
PERIOD = 0.2


class Copying:
    def __init__(self, data, workspace):
        self._data = data
        self._workspace = workspace

    def copy(self, params, task):
        """Copy each of ``paths`` into the folder ``to``; progress tells ``done``, ``total`` and ``files`` on the way.

        ``room`` is how many bytes a quota leaves; it is the hub's, and whoever asks knows it.
        """
        root = volume_root(self._data, params["volume"])
        home = os.path.realpath(self._workspace)
        to = os.path.realpath(os.path.join(home, params["to"]))
        if not is_inside(home, to):
            raise Failure("outside-volume", "This leads out of your workspace.", "Choose a folder of your workspace.")
        sources = [resolve(root, path) for path in params["paths"]]
        names = [_name(path, source, root, params["volume"]) for path, source in zip(params["paths"], sources)]
        job = _Job(root, task)
        job.total = sum(job.measure(source) for source in sources)
        job.skipped = 0  # Counted again as they are met.
        os.makedirs(to, exist_ok=True)
        for code, free in (("disk-full", shutil.disk_usage(to).free), ("home-full", params.get("room", job.total))):
            if job.total > free:
                detail = f"The copy needs {job.total:,} bytes, and there is room for {free:,}."
                raise Failure(code, detail, "Delete files in your workspace, or choose fewer.")
        staging = os.path.join(to, params["staging"])
        os.mkdir(staging, 0o700)
        try:
            results = []
            for source, name in zip(sources, names):
                part = os.path.join(staging, "part")
                try:
                    job.copy(source, part)
                except OSError as error:
                    raise _named(error, root) from None
                results.append(_place(part, to, name))
                job.report()
            return {"names": results, "files": job.files, "done": job.done, "skipped": job.skipped}
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def clean(self, params, task):
        """Remove what a copy left behind whose process died."""
        home = os.path.realpath(self._workspace)
        to = os.path.realpath(os.path.join(home, params["to"]))
        if is_inside(home, to):
            shutil.rmtree(os.path.join(to, params["staging"]), ignore_errors=True)
        return {}


class _Job:
    def __init__(self, root, task):
        self._root = root
        self._task = task
        self._said = 0.0
        self.total = self.done = self.files = self.skipped = 0

    def report(self):
        self._said = time.monotonic()
        self._task.progress({"done": self.done, "total": self.total, "files": self.files, "skipped": self.skipped})

    def measure(self, path, above=()):
        """Bytes of a file or of all files below a folder, as ``copy`` will take them."""
        self._task.check()
        info = os.stat(path)
        if stat.S_ISREG(info.st_mode):
            return info.st_size
        return sum(self.measure(child, inside) for _, child, inside in self._children(path, info, above))

    def copy(self, source, target, above=()):
        self._task.check()
        info = os.stat(source)
        if stat.S_ISREG(info.st_mode):
            self._copy_file(source, target, info)
        elif stat.S_ISDIR(info.st_mode):
            os.mkdir(target)
            for name, child, inside in self._children(source, info, above):
                self.copy(child, os.path.join(target, name), inside)
        else:
            raise Failure("not-a-file", "This is neither a file nor a folder.", "Choose files or folders.")

    def _children(self, folder, info, above):
        """Of links, what they lead to inside the volume; circles, other links and special files are left out, and counted."""
        if not stat.S_ISDIR(info.st_mode):
            return
        this = (info.st_dev, info.st_ino)
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            real = os.path.realpath(entry.path)
            try:
                child = os.stat(real)
            except OSError:
                child = None
            known = child and (stat.S_ISREG(child.st_mode) or stat.S_ISDIR(child.st_mode))
            if not known or not is_inside(self._root, real) or (child.st_dev, child.st_ino) in (*above, this):
                self.skipped += 1
                continue
            yield entry.name, real, (*above, this)

    def _copy_file(self, source, target, info):
        with open(source, "rb", buffering=0) as reader, open(target, "xb") as writer:
            while block := reader.read(BLOCK):
                self._task.check()
                writer.write(block)
                self.done += len(block)
                if time.monotonic() - self._said > PERIOD:
                    self.report()
        # The time of the original; its rights are the archive's and would make the copy read-only.
        os.utime(target, ns=(info.st_atime_ns, info.st_mtime_ns))
        self.files += 1


def _name(path, source, root, volume):
    """What a copy is called: as the link, if one leads to it, and a whole volume as the volume."""
    name = os.path.basename(path.rstrip("/"))
    if name in ("", ".", ".."):
        return volume if source == root else os.path.basename(source)
    return name


def _named(error, root):
    """The failure with the file that it is about."""
    failure = failure_of(error)
    if failure is None or not isinstance(error.filename, str) or not is_inside(root, error.filename):
        return failure or error
    return Failure(failure.code, f"{os.path.relpath(error.filename, root)}: {failure.detail}", failure.action)


def _place(part, folder, name):
    """Give it its name, or the first free one of ``name (1)``, ``name (2)``…"""
    stem, ending = os.path.splitext(name)
    if ending in PACKED:
        stem, inner = os.path.splitext(stem)
        ending = inner + ending
    number, chosen = 0, name
    while True:
        target = os.path.join(folder, chosen)
        try:
            # Taking the name and replacing our own empty thing: two copies never take the same one.
            if os.path.isdir(part):
                os.mkdir(target)
            else:
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            os.replace(part, target)
            return chosen
        except FileExistsError:
            number += 1
            chosen = f"{stem} ({number}){ending}"


def main(data, workspace):
    copying = Copying(data, workspace)
    serve({"copy": copying.copy, "clean": copying.clean}, memory=1 << 30)


if __name__ == "__main__":
    main(*sys.argv[1:3])
