"""What a request about CWL documents may say. Paths are those of the contents API: relative to the server's root."""

import re

from ..volumes.failure import Failure

#: Characters of a document that comes with its request.
TEXT = 16 << 20


def _text(most):
    # No name has a NUL character.
    return lambda value: isinstance(value, str) and len(value) <= most and "\0" not in value


def _key(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f-]{16,64}", value) is not None


_path, _document = _text(4096), _text(TEXT)

#: Of each request: the fields it must have, and those it may have.
FIELDS = {
    "prepare": ({}, {}),
    "validate": ({"path": _path}, {"text": _document}),
    "upgrade": ({"path": _path}, {"text": _document}),
    "runs": (
        {"path": _path},
        {"process": _path, "step": _path, "inputs": lambda value: isinstance(value, dict) or _path(value), "outdir": _path, "key": _key},
    ),
}


def local(root, path):
    """The absolute path of ``path`` below ``root``; nothing is asked of the file system.

    Raises
    ------
    Failure
        ``bad-request`` if ``..`` leads out of the root.
    """
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts or not parts:
        raise Failure("bad-request", "This is not the path of a file.", "Take it from the file browser.")
    return "/".join([root.rstrip("/"), *parts])
