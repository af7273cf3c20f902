"""Values of tables and headers as JSON can carry them."""

import math

#: Whole numbers beyond are strings: a browser would round them.
EXACT = (1 << 53) - 1
#: Characters of a text, and items of an array, that are given.
TEXT, ITEMS = 4096, 64


def plain(value):
    """A value of Python's own types for JSON: what JSON does not know is a string, long things are cut with ``…``."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -EXACT <= value <= EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, bytes):
        value = value[: TEXT + 1].rstrip(b"\0").decode("utf-8", "replace")
    if isinstance(value, dict):
        return {str(key)[:TEXT]: plain(item) for key, item in list(value.items())[:ITEMS]}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value[:ITEMS]] + (["…"] if len(value) > ITEMS else [])
    if not isinstance(value, str):
        # Dates, decimals, intervals.
        value = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return value if len(value) <= TEXT else f"{value[:TEXT]}…"


def numbers(array):
    """The values of an array of numpy, each as ``plain`` gives it; a float32 is not longer than it is exact."""
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        return _shortest(array.astype(str).tolist())
    return [plain(value) for value in array.tolist()]


def _shortest(value):
    return plain([_shortest(item) for item in value[:ITEMS + 1]]) if isinstance(value, list) else plain(float(value))
