"""FITS: headers of all HDUs without their data, and rows of tables. astropy reads the cards and the values.

HDUs are found here rather than by astropy's ``open``: that one takes a whole header, however long, maps whole files, and
cannot bound what it unpacks.
"""

import functools
import math
import re

from ..failure import Failure
from . import need, reading, unreadable
from .values import ITEMS, numbers, plain

BLOCK, CARD = 2880, 80
#: Cards that an answer gives of one HDU and of all, and that are looked at to understand one.
CARDS, ALL_CARDS, READ_CARDS = 2000, 10_000, 20_000
#: HDUs of an answer; bytes of a header that are searched for its end; unpacked bytes that are gone through.
HDUS, HEADER, UNPACKED = 1000, 1 << 29, 1 << 28
#: Bytes of rows that are read for an answer, and values that it has.
ROW, VALUES = 64 << 20, 100_000
#: Cards have nothing else than printable ASCII; whatever they have is shown as "?".
ASCII = bytes(byte if 32 <= byte < 127 else ord("?") for byte in range(256))
BITPIX = {8: "uint8", 16: "int16", 32: "int32", 64: "int64", -32: "float32", -64: "float64"}
TYPES = {
    "L": "boolean", "X": "bit", "B": "uint8", "I": "int16", "J": "int32", "K": "int64", "A": "char", "E": "float32",
    "D": "float64", "C": "complex64", "M": "complex128",
}
UNSIGNED = {("B", -128): "int8", ("I", 1 << 15): "uint16", ("J", 1 << 31): "uint32", ("K", 1 << 63): "uint64"}


class Hdu:
    """One HDU: its first cards, and where its data lie."""

    def __init__(self, index, offset, cards, count, start):
        self.index, self.offset, self.count, self.start = index, offset, count, start
        module = need("astropy.io.fits", "astropy", "FITS files")
        self.header = module.Header.fromstring(cards.translate(ASCII))
        self.raw_dims = [self.whole(f"NAXIS{axis}") for axis in range(1, self.whole("NAXIS", most=999) + 1)]
        bits = self.get("BITPIX")
        if bits not in BITPIX:
            raise self.wrong(f"BITPIX is {bits!r}")
        dims = self.raw_dims[1:] if self.raw_dims[:1] == [0] and self.get("GROUPS") is True else self.raw_dims
        values = math.prod(dims) if dims else 0
        self.data = abs(bits) // 8 * self.whole("GCOUNT", 1) * (self.whole("PCOUNT", 0) + values)
        self.compressed = self.kind == "BINTABLE" and self.get("ZIMAGE") is True
        # What a compressed image is for whoever looks at it.
        self.dims = [self.whole(f"ZNAXIS{axis}") for axis in range(1, self.whole("ZNAXIS", most=999) + 1)] if self.compressed else self.raw_dims

    @property
    def kind(self):
        said = self.get("XTENSION")
        return said.strip() if isinstance(said, str) else "IMAGE"

    @property
    def type(self):
        if self.kind in ("BINTABLE", "TABLE") and not self.compressed:
            return "table"
        return "image" if self.dims and all(self.dims) and (self.compressed or self.kind == "IMAGE") else "empty"

    @functools.cached_property
    def shown(self):
        """The header for whoever looks at it: of a compressed image that of the image, as astropy gives it."""
        if self.compressed:
            try:
                return need("astropy.io.fits.hdu.compressed.header", "astropy", "FITS files")._bintable_header_to_image_header(self.header)
            except Exception:  # noqa: BLE001 - a header that breaks the standard is shown as it stands.
                pass
        return self.header

    @property
    def end(self):
        return self.start + -(-self.data // BLOCK) * BLOCK

    def get(self, keyword, default=None):
        try:
            return self.header.get(keyword, default)
        except Exception:  # noqa: BLE001 - a card that breaks the standard says nothing.
            return default

    def text(self, keyword):
        value = self.get(keyword)
        return value.strip() or None if isinstance(value, str) else None

    def whole(self, keyword, default=None, most=None):
        value = self.get(keyword, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0 or (most is not None and value > most):
            raise self.wrong(f"{keyword} is {'missing' if value is None else repr(value)}")
        return value

    def wrong(self, what):
        return unreadable("FITS", f"{what} in the header of HDU {self.index}, which begins at byte {self.offset:,}.")

    def columns(self):
        """As IFileColumn, without the values' own place."""
        return [self._column(number) for number in range(1, self.whole("TFIELDS", 0, most=999) + 1)]

    def _column(self, number):
        form = self.text(f"TFORM{number}") or ""
        optional = {"unit": f"TUNIT{number}", "ucd": f"TUCD{number}", "description": f"TCOMM{number}"}
        said = {name: text for name, keyword in optional.items() if (text := self.text(keyword))}
        return {"name": self.text(f"TTYPE{number}") or f"col{number}", "type": self._type(number, form), "format": form, **said}

    def _type(self, number, form):
        if self.kind == "TABLE":
            return {"A": "char", "I": "int64"}.get(form[:1], "float64")
        match = re.match(r"(\d*)([A-Z])([A-Z]?)", form)
        if not match:
            return "unknown"
        count, letter, inner = match.groups()
        variable = letter in "PQ"
        letter = inner if variable else letter
        zero, scale = self.get(f"TZERO{number}", 0), self.get(f"TSCAL{number}", 1)
        name = TYPES.get(letter, "unknown")
        if (zero, scale) != (0, 1) and letter in "BIJKED":
            name = UNSIGNED.get((letter, zero), "float64") if scale == 1 else "float64"
        if letter == "A":
            return name
        return f"{name}[]" if variable else f"{name}[{count}]" if count not in ("", "1") else name


def hdus(source, task):
    """HDU after HDU, as far as the file goes."""
    index, offset = 0, 0
    while source.length is None or offset < source.length:
        task.check()
        start = source.read(offset, CARD)
        if index == 0 and not start.startswith(b"SIMPLE  ="):
            raise unreadable("FITS", "it does not begin with SIMPLE.")
        if index and not start.startswith(b"XTENSION"):
            # What stands behind the last HDU is nobody's business.
            return
        hdu = _hdu(source, index, offset, task)
        yield hdu
        index, offset = index + 1, hdu.end


def _hdu(source, index, offset, task):
    kept, size, block = [], 0, BLOCK
    while True:
        task.check()
        cards = source.read(offset + size, block)
        end = _end(cards)
        until = len(cards) if end is None else end
        if size < READ_CARDS * CARD:
            kept.append(cards[: min(until, READ_CARDS * CARD - size)])
        if end is not None:
            count = (size + end) // CARD
            start = offset + -(-(size + end + CARD) // BLOCK) * BLOCK
            return Hdu(index, offset, b"".join(kept), count, start)
        size += len(cards)
        if len(cards) < block or size > HEADER:
            what = "has no END card; the file may have been cut off" if len(cards) < block else "is longer than anybody's"
            raise unreadable("FITS", f"the header of HDU {index}, which begins at byte {offset:,}, {what}.")
        block = min(block * 4, BLOCK * 1456)


def _end(cards):
    """Where the END card stands."""
    at = cards.find(b"END     ")
    while at >= 0 and (at % CARD or cards[at : at + CARD].strip() != b"END"):
        at = cards.find(b"END     ", at + 1)
    return at if at >= 0 else None


def preview(source, task, hdu=None, offset=0):
    """Of every HDU, or of the one asked for; ``offset`` is the first card to give of that one."""
    found, cards, more, problem = [], 0, False, None
    for one in _until_damaged(hdus(source, task)):
        if isinstance(one, Failure):
            problem = one
            break
        if len(found) >= HDUS:
            more = True
            break
        if hdu is None or one.index == hdu:
            most = CARDS if hdu is not None else max(0, min(CARDS, ALL_CARDS - cards))
            said = _describe(one, source, offset if hdu is not None else 0, most)
            cards += len(said["cards"])
            found.append(said)
            if hdu is not None:
                break
        if source.packed and one.end > UNPACKED:
            # Reading on would unpack all of it.
            more = True
            break
    if not found:
        raise problem or no_hdu(hdu)
    return {"hdus": found, **({"more": True} if more else {}), **({"problem": problem.problem()} if problem else {})}


def _until_damaged(found):
    """HDUs, and the failure of the first one that cannot be read, if there is one."""
    try:
        yield from found
    except Failure as failure:
        if failure.code != "unreadable-file":
            raise
        yield failure


def refused(detail, action):
    """What was asked for is not in this file."""
    return Failure("bad-request", detail, action)


def no_hdu(number):
    return refused(f"The file has no HDU {number}.", "Choose one of its HDUs.")


def find(source, task, number):
    """The HDU of this index."""
    for one in hdus(source, task):
        if one.index == number:
            return one
    raise no_hdu(number)


def _describe(hdu, source, offset, most):
    cards = [_card(card) for card in list(hdu.shown.cards)[offset : offset + most]]
    name = hdu.text("EXTNAME") or ("PRIMARY" if hdu.index == 0 else "")
    said = {"index": hdu.index, "name": name, "type": hdu.type, "dims": hdu.dims, "cards": cards}
    if offset + len(cards) < len(hdu.shown.cards) or hdu.count > READ_CARDS:
        said["more"] = True
    if hdu.get("EXTVER") is not None:
        said["version"] = plain(hdu.get("EXTVER"))
    if hdu.type == "table":
        said |= {"columns": hdu.columns(), "rows": hdu.whole("NAXIS2")}
    if hdu.type == "image":
        bits = hdu.get("ZBITPIX" if hdu.compressed else "BITPIX")
        said["pixel"] = BITPIX.get(bits, "unknown")
        if hdu.text("BUNIT"):
            said["unit"] = hdu.text("BUNIT")
    if hdu.compressed:
        said["compression"] = hdu.text("ZCMPTYPE") or "unknown"
    if source.length is not None and hdu.start + hdu.data > source.length:
        said["truncated"] = True
    return said


def _card(card):
    try:
        value = card.value
        said = [card.keyword, None if type(value).__name__ == "Undefined" else plain(str(value) if isinstance(value, complex) else value), card.comment]
        # JSON knows no difference between 180 and 180.0.
        return [*said, card.image[10:].split("/")[0].strip()] if isinstance(value, float) and card.image[8:10] == "= " else said
    except Exception:  # noqa: BLE001 - cards that break the standard are shown as they stand.
        image = str(card.image)
        return [image[:8].strip(), image[8:].strip(), ""]


def rows(source, task, hdu, offset, limit, columns):
    """Rows of a table: nothing else of the file is read than these, and of arrays of any length the first values."""
    module, numpy = need("astropy.io.fits", "astropy", "FITS files"), need("numpy", "numpy", "FITS files")
    table = find(source, task, 1 if hdu is None else hdu)
    if table.type != "table":
        raise refused(f"HDU {table.index} is not a table.", "Choose an HDU with a table.")
    width, total = table.whole("NAXIS1"), table.whole("NAXIS2")
    if width > ROW:
        raise unreadable("FITS", f"a row of HDU {table.index} has {width:,} bytes.", "Read the columns that you need in a notebook.")
    described = table.columns()
    chosen = [i for i, column in enumerate(described) if columns is None or column["name"] in columns]
    wide = sum(_items(described[i]["type"]) for i in chosen)
    count = max(0, min(max(1, min(limit, ROW // max(width, 1), VALUES // max(wide, 1))), total - offset))
    data = source.read(table.start + offset * width, count * width)
    if len(data) < count * width:
        count = len(data) // max(width, 1)
        if count == 0:
            at = table.start + offset * width
            raise unreadable("FITS", f"the file ends before row {offset:,}, which would begin at byte {at:,}.", "Tell the operators of the archive.")
        data = data[: count * width]
    said = [[None] * count for _ in chosen]
    if count and chosen:
        kind = module.BinTableHDU if table.kind == "BINTABLE" else module.TableHDU
        with reading("FITS", f"HDU {table.index} at byte {table.offset:,}"):
            header, arrays = _small_header(table, count)
            data = header.tostring().encode("latin-1") + data
            small = kind.fromstring(data, ignore_missing_end=True, character_as_bytes=True, uint=True)
            for place, number in enumerate(chosen):
                if number in arrays:
                    said[place] = _variable(source, table, number, arrays[number], small.data.field(number), numpy)
                else:
                    said[place] = _column(table, number, small.data.field(number))
    return {"columns": [described[i] for i in chosen], "rows": [list(row) for row in zip(*said)], "total": total, "offset": offset}


def _items(kind):
    """Values of a cell that are given."""
    match = re.search(r"\[(\d*)\]$", kind)
    return min(ITEMS, int(match[1] or ITEMS)) if match else 1


def _small_header(table, count):
    """The header for these rows alone; arrays of variable length are read as where they lie."""
    header, arrays = table.header.copy(), {}
    header["NAXIS2"], header["PCOUNT"] = count, 0
    header.remove("THEAP", ignore_missing=True)
    if table.kind == "BINTABLE":
        for number in range(1, table.whole("TFIELDS") + 1):
            match = re.match(r"\d*([PQ])([A-Z])", table.text(f"TFORM{number}") or "")
            if match:
                header[f"TFORM{number}"] = "2J" if match[1] == "P" else "2K"
                for name in ("TSCAL", "TZERO", "TNULL", "TDIM", "TDISP"):
                    header.remove(f"{name}{number}", ignore_missing=True)
                arrays[number - 1] = match[2]
    return header, arrays


def _column(table, number, values):
    if hasattr(values, "dtype") and values.dtype.kind == "S":
        return [plain(value.rstrip(b" \0")) if isinstance(value, bytes) else plain(value) for value in values.tolist()]
    said = numbers(values)
    null = table.get(f"TNULL{number + 1}")
    if isinstance(null, int):
        null = plain(null * table.get(f"TSCAL{number + 1}", 1) + table.get(f"TZERO{number + 1}", 0))
        said = [None if value == null else value for value in said]
    return said


WIDE = {"L": "S1", "X": "u1", "B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "A": "S1", "E": ">f4", "D": ">f8", "C": ">c8", "M": ">c16"}


def _variable(source, table, number, letter, places, numpy):
    heap = table.start + (table.get("THEAP") or table.whole("NAXIS1") * table.whole("NAXIS2"))
    scale, zero = table.get(f"TSCAL{number + 1}", 1), table.get(f"TZERO{number + 1}", 0)
    kind = numpy.dtype(WIDE.get(letter, "u1"))
    most = 4096 if letter == "A" else ITEMS
    said = []
    for length, place in places.tolist():
        length, place = max(0, length), max(0, place)
        data = source.read(heap + place, min(length, most + 1) * kind.itemsize)
        if letter == "A":
            said.append(plain(data.rstrip(b" \0")))
            continue
        values = numpy.frombuffer(data[: len(data) // kind.itemsize * kind.itemsize], kind)
        if letter == "L":
            values = values == b"T"
        elif (scale, zero) != (1, 0):
            values = values * scale + zero
        items = numbers(values[:ITEMS])
        said.append(items + ["…"] if length > ITEMS else items)
    return said
