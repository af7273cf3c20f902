"""What a request for files of volumes may say. Paths are judged where they are read."""

import re

from .failure import Failure


def _is(kind):
    # bool is an int for Python, and not one for anybody else.
    return lambda value: isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def _whole(low, high):
    return lambda value: _is(int)(value) and low <= value <= high


def _finite(value):
    return _is((int, float))(value) and not isinstance(value, bool) and -1e300 < value < 1e300


def _one_of(*values):
    return lambda value: isinstance(value, str) and value in values


def _text(most):
    # No name has a NUL character.
    return lambda value: isinstance(value, str) and len(value) <= most and "\0" not in value


def _key(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f-]{16,64}", value) is not None


def _texts(value):
    return isinstance(value, list) and 0 < len(value) <= 1000 and all(map(_text(4096), value))


_boolean, _path, _volume, _place, _number = _is(bool), _text(4096), _text(255), _whole(0, 1 << 53), _whole(0, 1 << 20)
_FILE = {"volume": _volume, "path": _path}

#: Of each request: the fields it must have, and those it may have.
FIELDS = {
    "list": (
        {"volume": _volume, "path": _path},
        {
            "offset": _whole(0, 1 << 53), "limit": _whole(1, 1000), "index": _text(4096), "sort": _one_of("name", "size", "modified"),
            "descending": _boolean, "prefix": _text(255), "glob": _text(255), "type": _one_of("directory", "file"), "refresh": _boolean,
        },
    ),
    "stat": ({"volume": _volume, "paths": _texts}, {}),
    "copy": ({"volume": _volume, "paths": _texts, "to": _path}, {"room": _whole(0, 1 << 53), "key": _key}),
    "jobs": ({"job": _text(64)}, {}),
    "cancel": ({"job": _text(64)}, {}),
    "prepare": ({"worker": _one_of("listing", "preview")}, {}),
    "preview": (_FILE, {"hdu": _number, "offset": _place}),
    "image": (
        _FILE,
        {
            "hdu": _number, "plane": _place, "width": _whole(1, 2048), "height": _whole(1, 2048),
            "stretch": _one_of("linear", "log", "sqrt", "asinh"), "interval": _one_of("zscale", "minmax", "percentile"),
            "map": _one_of("gray", "viridis", "inferno", "magma", "gray_r"),
            "left": _place, "bottom": _place, "low": _finite, "high": _finite,
        },
    ),
    "pixel": ({**_FILE, "x": _place, "y": _place}, {"hdu": _number, "plane": _place}),
    "rows": (_FILE, {"hdu": _number, "table": _number, "offset": _place, "limit": _whole(1, 500), "columns": _texts}),
    "text": (_FILE, {"offset": _place, "limit": _whole(1, 262_144)}),
}


def check(params, fields):
    """The fields of a request that are given, null counting as not given; anything else is ``bad-request``."""
    must, may = fields
    if not isinstance(params, dict):
        raise Failure("bad-request", "The request is not a JSON object.")
    given = {name: value for name, value in params.items() if value is not None}
    for name in must:
        if name not in given:
            raise Failure("bad-request", f"“{name}” is missing.")
    for name, value in given.items():
        known = must.get(name) or may.get(name)
        if known is None or not known(value):
            raise Failure("bad-request", f"“{name}” is not as it should be." if known else f"“{name}” is not known here.")
    return given
