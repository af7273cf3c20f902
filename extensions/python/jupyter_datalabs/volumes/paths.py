"""Paths inside volumes and what lies there. Names are strings with surrogates for bytes that are not UTF-8."""

import os
import stat

from .failure import Failure, failure_of

_KINDS = {stat.S_IFDIR: "directory", stat.S_IFREG: "file", stat.S_IFLNK: "link"}


def volume_root(data, volume):
    """The real folder of a volume below ``data``."""
    if volume in ("", ".", "..") or "/" in volume:
        raise Failure("bad-request", "This is not the name of a volume.", "Choose a volume of the list.")
    root = os.path.realpath(os.path.join(data, volume))
    if not os.path.lexists(os.path.join(data, volume)):
        raise Failure("not-mounted", f"The volume {volume} is not mounted in this session.", "Mount it, then try again.")
    return root


def is_inside(root, real):
    return real == root or real.startswith(root.rstrip("/") + "/")


def resolve(root, path):
    """The real place of ``path``, which must lie in the volume whose real folder is ``root``.

    Raises
    ------
    Failure
        ``outside-volume`` by ``..``, an absolute path or a link.
    """
    real = os.path.realpath(os.path.join(root, path))
    if not is_inside(root, real):
        raise Failure("outside-volume", "This leads out of the volume.", "Open it where it lies, if you may see it there.")
    return real


def describe(root, folder, name):
    """One entry of a listing, whatever state it is in: it may be gone by now, or not be readable.

    Of a link the type, size and time are those of what it leads to, when that lies in the volume too.
    """
    entry = {"name": name, "type": "other", "size": None, "modified": None}
    path = os.path.join(folder, name)
    try:
        info = os.lstat(path)
        if stat.S_ISLNK(info.st_mode):
            entry |= {"type": "link", "link": os.readlink(path)}
            if not is_inside(root, os.path.realpath(path)):
                return entry | {"problem": "outside-volume"}
            info = os.stat(path)
    except (OSError, UnicodeError) as error:
        failure = failure_of(error)
        broken = {"broken": True} if "link" in entry else {}
        return entry | broken | {"problem": failure.code if failure else "internal"}
    kind = _KINDS.get(stat.S_IFMT(info.st_mode), "other")
    size = info.st_size if kind == "file" else None
    return entry | {"type": kind, "size": size, "modified": info.st_mtime_ns // 1_000_000}
