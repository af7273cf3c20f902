"""Rows of a VOTable's BINARY and BINARY2, taken out of base64 without unpacking what nobody asked for."""

import base64
import binascii
import re

from . import unreadable

SIZES = {
    "boolean": 1, "unsignedByte": 1, "short": 2, "int": 4, "long": 8, "char": 1, "unicodeChar": 2, "float": 4, "double": 8,
    "floatComplex": 8, "doubleComplex": 16,
}
STEP, ROWS, ROW = 1 << 20, 32 << 20, 16 << 20
SPACE = b" \t\r\n"


class Rows:
    """Reads on from where the data begin.

    ``columns`` have types such as ``double``, ``char[*]``, ``float[3x2]``; in BINARY2 every row begins with a bit per column.
    """

    def __init__(self, source, task, start, columns, flagged):
        self._source, self._task, self._at = source, task, start
        self._data, self._place, self._rest, self._ended = b"", 0, b"", False
        self._parts = parts_of([column["type"] for column in columns], flagged)

    def take(self, offset, limit):
        """Base64 of these rows, and how many rows there are if the end has been met."""
        row, kept, size = 0, [], 0
        if len(self._parts) == 1 and self._parts[0][1] is None:
            row = self._pass(self._parts[0][0], offset)
        while row < offset + limit and size < ROWS:
            data = self._row()
            if data is None:
                return base64.b64encode(b"".join(kept)), row
            if row >= offset:
                kept.append(data)
                size += len(data)
            row += 1
        return base64.b64encode(b"".join(kept)), None

    def _pass(self, width, count):
        """Pass over rows of the same width; how many there were."""
        if not width:
            return 0
        left = width * count
        while left:
            there = len(self._data) - self._place
            if not there and not self._more():
                break
            step = min(left, len(self._data) - self._place)
            self._place, left = self._place + step, left - step
        return (width * count - left) // width

    def _row(self):
        self._drop()
        begin = length = 0
        for width, item in self._parts:
            if not self._have(begin + length + width + (4 if item else 0)):
                return None
            length += width
            if item:
                place = self._place + length
                length += 4 + item * int.from_bytes(self._data[place : place + 4], "big")
                if length > ROW:
                    raise unreadable("VOTable", f"a row near byte {self._at:,} claims {length:,} bytes.")
        if not length or not self._have(length):
            return None
        data = self._data[self._place : self._place + length]
        self._place += length
        return data

    def _have(self, count):
        while len(self._data) - self._place < count:
            if not self._more():
                return False
        return True

    def _drop(self):
        if self._place > STEP:
            self._data, self._place = self._data[self._place :], 0

    def _more(self):
        if self._ended:
            return False
        self._task.check()
        block = self._source.read(self._at, STEP)
        self._at += len(block)
        end = block.find(b"<")
        self._ended = end >= 0 or not block
        text = self._rest + (block[:end] if end >= 0 else block).translate(None, SPACE)
        whole = len(text) if self._ended else len(text) // 4 * 4
        self._rest = text[whole:]
        try:
            self._data = self._data[self._place :] + base64.b64decode(text[:whole], validate=True)
        except binascii.Error as error:
            raise unreadable("VOTable", f"base64 before byte {self._at:,}: {error}.") from None
        self._place = 0
        return True


def parts_of(types, flagged):
    """Bytes that are always there, and what each item takes of which the number is told; None where nothing follows."""
    parts, width = [], -(-len(types) // 8) if flagged else 0
    for kind in types:
        match = re.fullmatch(r"(\w+)(?:\[(.*)\])?", kind)
        name, size = match.groups() if match else ("", None)
        if name not in SIZES and name != "bit":
            raise unreadable("VOTable", f"a column has the type {kind[:100]!r}.")
        dims = (size or "1").replace(" ", "").split("x")
        count = 1
        for dim in dims:
            if not dim.endswith("*"):
                if not dim.isdigit() or not int(dim):
                    raise unreadable("VOTable", f"a column has the size {size[:100]!r}.")
                count *= int(dim)
        item = SIZES.get(name, 0)
        if dims[-1].endswith("*"):
            parts.append((width, count * item if item else 1))
            width = 0
        else:
            width += -(-count // 8) if name == "bit" else count * item
    return [*parts, (width, None)] if width or not parts else parts
