"""Planes of FITS images, made as small as a screen, whatever their size: blocks of pixels are averaged, and of flags one is taken.

Of each block as many rows are read as the work for one picture allows, at least one; so time and memory do not grow with
the file. Reading goes along the rows as they lie on the disk. Or a part of a plane, pixel for pixel, and what a pixel is.
"""

import math
import re

from . import fits, need, reading, unreadable
from .values import numbers, plain

#: Pixels that are looked at for one picture; bytes that are held at a time; bytes of a row beyond which it is read in parts.
PIXELS, HELD, LONG = 32 << 20, 16 << 20, 16 << 20
#: Of a part of a long row: pixels that are averaged.
PART = 256
#: Pixels that ZScale and percentiles are taken of.
SAMPLE = 1 << 20
#: Cards of distortions that are tables.
ELSEWHERE = re.compile(r"(?:CPDIS|CPERR|DP|DQ|D2IM|D2IMDIS|D2IMERR)\d")
#: What images of flags and of other names for pixels are called: between two of them there is nothing.
FLAGS = re.compile(r"(?:^|[^a-z0-9])(?:dq|flags?|flg|masks?|bitmask|bpm|seg|segm|segmap|segmentation|quality|ctx)(?![a-z0-9])", re.IGNORECASE)
#: Bytes that unpacking one tile of a compressed image may take.
TILE = 128 << 20
TYPES = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


def shrink(source, task, number, plane, width, height):
    """An image of an HDU.

    Returns
    -------
    values : ndarray
        float32, the first row of the image first, NaN where there is none.
    seen : Seen
        What its pixels say, as far as they were looked at.
    info : dict
        ``shape`` of the original, ``step``, ``how`` its pixels became fewer, ``planes``, and ``unit`` where the header says it.
    """
    hdu, reader, info = _opened(source, task, number, plane)
    h, w = info["shape"]
    step = max(1, -(-w // width), -(-h // height))
    nearest = reader.whole and any(FLAGS.search(name) for name in (hdu.text("EXTNAME") or "", source.name))
    blocks = _Blocks(reader, h, w, step, nearest, task)
    return blocks.all(), blocks.seen, {**info, "step": step, "how": "nearest" if nearest else "average"}


def window(source, task, number, plane, left, bottom, width, height):
    """As ``shrink``, a part of the image with all its pixels; ``left`` and ``bottom`` count from 0."""
    _, reader, info = _opened(source, task, number, plane)
    h, w = info["shape"]
    if left >= w or bottom >= h:
        raise fits.refused("This is outside of the image.", "Choose a place in it.")
    values = reader.window(bottom, left, min(height, h - bottom), min(width, w - left))
    seen = Seen(values.size, w)
    seen.add(values)
    return values, seen, {**info, "step": 1, "how": "average", "left": left, "bottom": bottom}


def pixel(source, task, number, plane, x, y):
    """The value of a pixel, to its last digit, and where it lies in the world; ``x`` and ``y`` count from 0."""
    hdu, reader, info = _opened(source, task, number, plane)
    h, w = info["shape"]
    if x >= w or y >= h:
        raise fits.refused("This is outside of the image.", "Choose a place in it.")
    said = {"value": reader.exact(y, x, 1)[0], **({"unit": info["unit"]} if "unit" in info else {})}
    found = _world(hdu, [x], y, plane)
    if found:
        axes, approximate = found
        said["world"] = [[name, plain(float(values[0])), unit] for name, values, unit in axes]
        if approximate:
            said["approximate"] = True
    return said


def is_row(hdu):
    """Whether it is a spectrum or another row of values, rather than a picture."""
    return hdu.type == "image" and math.prod(hdu.dims[1:]) == 1


def rows(source, task, number, offset, limit, columns):
    """The answer of ``rows`` for a row of values: each with its number, and with its place in the world."""
    hdu, reader, info = _opened(source, task, number, 0)
    total = info["shape"][1]
    places = range(min(offset, total), min(offset + limit, total))
    found = _world(hdu, places, 0, 0) if places else None
    world = [] if found is None else found[0]
    said = [({"name": "pixel", "type": "int64"}, [place + 1 for place in places])]
    said += [({"name": name, "type": "float64", **({"unit": unit} if unit else {})}, numbers(values)) for name, values, unit in world]
    about = {"name": "value", "type": reader.pixel, **({"unit": info["unit"]} if "unit" in info else {})}
    said.append((about, reader.exact(0, places.start, len(places)) if places else []))
    said = [(column, values) for column, values in said if columns is None or column["name"] in columns]
    return {"columns": [column for column, _ in said], "rows": [list(row) for row in zip(*(values for _, values in said))], "total": total, "offset": offset}


def _opened(source, task, number, plane):
    """The HDU, its reader, and what is said about it."""
    hdu = fits.find(source, task, number) if number is not None else _first(source, task)
    if hdu.type != "image":
        raise fits.refused(f"HDU {hdu.index} has no image.", "Choose an HDU with an image.")
    shape = [*reversed(hdu.dims)]
    shape = [1, *shape] if len(shape) == 1 else shape
    h, w = shape[-2:]
    planes = math.prod(shape[:-2])
    if plane >= planes:
        raise fits.refused(f"The image has {planes:,} planes.", "Choose one of them.")
    if max(h, w) > 1 << 40 or planes > 1 << 40:
        raise hdu.wrong(f"an image of {' × '.join(map(str, hdu.dims))} pixels")
    unit = hdu.text("BUNIT")
    return hdu, (_Tiles if hdu.compressed else _Raw)(source, hdu, shape, plane), {"shape": [h, w], "planes": planes, **({"unit": unit} if unit else {})}


def _world(hdu, x, y, plane):
    """Of pixels of a line: name, values and unit of each axis of the world, and whether a distortion was left out; None where no WCS is."""
    module, numpy = need("astropy.wcs", "astropy", "FITS files"), need("numpy", "numpy", "FITS files")
    try:
        cards = list(hdu.shown.cards)
        # Tables of these lie in other HDUs, and move a pixel by fractions of one.
        known = [card for card in cards if not ELSEWHERE.match(card.image)]
        wcs = module.WCS(type(hdu.shown)(known))
        places = numpy.zeros((len(x), wcs.naxis))
        places[:, 0] = x
        for axis in range(1, wcs.naxis):
            size = hdu.dims[axis] if axis < len(hdu.dims) else 1
            places[:, axis] = y if axis == 1 else plane % size
            plane = plane if axis == 1 else plane // size
        values = wcs.all_pix2world(places, 0)
        axes = [(str(kind).split("-")[0], *_unit(hdu, i, values[:, i], wcs.wcs.cunit[i])) for i, kind in enumerate(wcs.wcs.ctype) if str(kind).strip()]
        axes = [(name, these, unit) for name, these, unit in axes if numpy.isfinite(these).all()]
    except Exception:  # noqa: BLE001 - what no WCS can be made of has none.
        return None
    return (axes, len(known) < len(cards)) if axes else None


def _first(source, task):
    for hdu in fits.hdus(source, task):
        if hdu.type == "image":
            return hdu
    raise fits.refused("The file has no image.", "Look at its tables.")


def _unit(hdu, axis, values, unit):
    """Values in the unit of the header, from that of the WCS, which makes metres of whatever is a length; angles stay degrees."""
    wanted = hdu.text(f"CUNIT{axis + 1}")
    if wanted and str(unit) != "deg":
        return values * unit.to(wanted), wanted
    return values, str(unit)


class Seen:
    """What the pixels that were read say: the least and the greatest value, how many have none, and a sample of the others."""

    def __init__(self, expected, w):
        self.numpy = need("numpy", "numpy", "FITS files")
        self.low, self.high, self.blank, self.count = math.inf, -math.inf, 0, 0
        self._stride, self._next, self._parts = max(1, expected // SAMPLE), 0, []
        # Never the same columns of each row.
        while math.gcd(self._stride, w) > 1:
            self._stride += 1

    def add(self, values):
        """Whether all of them are numbers."""
        numpy, values = self.numpy, values.reshape(-1)
        self.count += values.size
        self._parts.append(values[self._next :: self._stride].copy())
        self._next = (self._next - values.size) % self._stride
        there = numpy.isfinite(values)
        whole = bool(there.all())
        if not whole:
            self.blank += int(numpy.isnan(values).sum())
            values = values[there]
        if values.size:
            self.low, self.high = min(self.low, float(values.min())), max(self.high, float(values.max()))
        return whole

    def sample(self):
        values = self.numpy.concatenate(self._parts) if self._parts else self.numpy.empty(0)
        return values[self.numpy.isfinite(values)]


class _Blocks:
    """Of blocks of ``step`` × ``step`` pixels the average, or the ``nearest`` to the middle."""

    def __init__(self, reader, h, w, step, nearest, task):
        self.numpy = need("numpy", "numpy", "FITS files")
        self.reader, self.h, self.w, self.step, self.nearest, self.task = reader, h, w, step, nearest, task
        self.high, self.wide = -(-h // step), -(-w // step)
        self.long = w * reader.size > LONG and step > 1
        self.tall = max(1, min(step, PIXELS // (self.high * w)))
        self.seen = Seen(self.high * self.wide * min(step, PART) if self.long else min(h, self.high * self.tall) * w, w)

    def all(self):
        step, rows = self.step, self.tall
        out = self.numpy.empty((self.high, self.wide), "f4")
        if self.long:
            for row in range(self.high):
                out[row] = self._long_row(min(row * step + step // 2, self.h - 1))
        elif rows == step:
            # All of it: many blocks at a time.
            group = max(1, HELD // (self.w * step * self.reader.size))
            for row in range(0, self.high, group):
                until = min(row + group, self.high)
                values = self.reader.rows(row * step, min(until * step, self.h) - row * step)
                out[row:until] = self._smaller(values, until - row)
        else:
            for row in range(self.high):
                first = min(row * step + (step - rows) // 2, self.h - 1)
                out[row] = self._smaller(self.reader.rows(first, min(rows, self.h - first)), 1)[0]
        return out

    def _smaller(self, values, high):
        """Of rows that make ``high`` rows of blocks; the last block may be smaller."""
        numpy, step = self.numpy, self.step
        whole = self.seen.add(values)
        if step == 1:
            return values
        if self.nearest:
            tall = step if high > 1 else len(values)
            return values[numpy.ix_(self._middles(tall, high, len(values)), self._middles(step, self.wide, self.w))]
        return self._average(values, high, whole)

    def _middles(self, step, count, end):
        return self.numpy.minimum(self.numpy.arange(count) * step + step // 2, end - 1)

    def _average(self, values, high, whole):
        numpy, step = self.numpy, self.step
        tall = step if high > 1 else len(values)
        sums, counts = numpy.zeros((high, self.wide)), numpy.zeros((high, self.wide), "i4")
        starts = range(0, self.w, step)
        with numpy.errstate(all="ignore"):
            for row in range(high):
                self.task.check()
                block = values[row * tall : (row + 1) * tall]
                if whole:
                    sums[row] = numpy.add.reduceat(block.sum(axis=0, dtype="f8"), starts)
                    counts[row] = len(block) * numpy.diff([*starts, self.w])
                else:
                    there = numpy.isfinite(block)
                    sums[row] = numpy.add.reduceat(numpy.where(there, block, 0).sum(axis=0, dtype="f8"), starts)
                    counts[row] = numpy.add.reduceat(there.sum(axis=0, dtype="i4"), starts)
            return (sums / counts).astype("f4")

    def _long_row(self, y):
        numpy = self.numpy
        row = numpy.empty(self.wide, "f4")
        for x in range(self.wide):
            values = self.reader.part(y, x * self.step, min(self.step, PART, self.w - x * self.step))
            self.seen.add(values)
            there = values[numpy.isfinite(values)]
            row[x] = values[len(values) // 2] if self.nearest else there.mean() if there.size else numpy.nan
        return row


class _Raw:
    """Rows of an image that lies in the file as it is."""

    def __init__(self, source, hdu, shape, plane):
        self.numpy = need("numpy", "numpy", "FITS files")
        self.source, self.hdu, self.w = source, hdu, shape[-1]
        self.type = self.numpy.dtype(TYPES[hdu.get("BITPIX")])
        self.size = self.type.itemsize
        self.start = hdu.start + plane * shape[-2] * self.w * self.size
        self.scale, self.zero = _number(hdu, "BSCALE", 1), _number(hdu, "BZERO", 0)
        self.blank = hdu.get("BLANK") if self.type.kind != "f" else None
        self.whole = self.type.kind != "f" and self.scale == 1 and float(self.zero).is_integer()
        self.pixel = fits.BITPIX[hdu.get("BITPIX")] if (self.scale, self.zero) == (1, 0) else "int64" if self.whole else "float64"

    def rows(self, y, count):
        return self._read(y * self.w, count * self.w).reshape(count, self.w)

    def part(self, y, x, count):
        return self._read(y * self.w + x, count)

    def window(self, y, x, high, wide):
        if high * self.w * self.size <= HELD:
            return self.rows(y, high)[:, x : x + wide]
        return self.numpy.stack([self.part(row, x, wide) for row in range(y, y + high)])

    def exact(self, y, x, count):
        raw = self._bytes(y * self.w + x, count)
        if (self.scale, self.zero) == (1, 0):
            said = numbers(raw)
        elif self.whole:
            # Of unsigned numbers, which a float would round.
            said = [plain(value + int(self.zero)) for value in raw.tolist()]
        else:
            said = numbers(raw * self.numpy.float64(self.scale) + self.zero)
        return [None if isinstance(self.blank, int) and one == self.blank else value for one, value in zip(raw.tolist(), said)]

    def _read(self, first, count):
        return _scaled(self.numpy, self._bytes(first, count), self.scale, self.zero, self.blank)

    def _bytes(self, first, count):
        numpy, offset = self.numpy, self.start + first * self.size
        raw = numpy.empty(count, self.type)
        got = self.source.into(offset, memoryview(raw).cast("B"))
        if got < raw.nbytes:
            raise unreadable("FITS", f"the file ends at byte {offset + got:,}, inside the image of HDU {self.hdu.index}.", "Tell the operators of the archive.")
        return raw


def _scaled(numpy, raw, scale, zero, blank):
    with numpy.errstate(all="ignore"):
        values = raw.astype("f4") if (scale, zero) == (1, 0) else (raw * numpy.float64(scale) + zero).astype("f4")
    if isinstance(blank, int):
        values[raw == blank] = numpy.nan
    return values


class _Tiles:
    """Rows of a tile-compressed image, which astropy unpacks; the last rows of tiles are kept."""

    def __init__(self, source, hdu, shape, plane):
        module, self.numpy = need("astropy.io.fits", "astropy", "FITS files"), need("numpy", "numpy", "FITS files")
        if source.packed:
            raise unreadable("FITS", f"a compressed image inside a {source.packed} file.", "Copy it to your workspace and unpack it there.")
        self.hdu, self.w, self.h = hdu, shape[-1], shape[-2]
        self.size, bits = 4, hdu.get("ZBITPIX")
        self.whole = isinstance(bits, int) and bits > 0 and _number(hdu, "BSCALE", 1) == 1
        self.pixel = fits.BITPIX.get(bits, "unknown") if _number(hdu, "BZERO", 0) == 0 else "int64" if self.whole else "float64"
        with self._reading():
            self.section = module.open(source.file(), memmap=False, lazy_load_hdus=True)[hdu.index].section
        tile = [hdu.whole(f"ZTILE{axis}", hdu.dims[0] if axis == 1 else 1) for axis in range(1, len(hdu.dims) + 1)]
        self.tall = min(max(1, tile[1] if len(tile) > 1 else 1), self.h)
        if math.prod(tile) * 8 > TILE or self.w * self.tall * 8 > TILE:
            raise unreadable("FITS", f"the tiles of HDU {hdu.index} are too large to unpack for a preview.", "Read the image in a notebook.")
        index, self.plane = plane, []
        for size in reversed(shape[:-2]):
            self.plane.insert(0, index % size)
            index //= size
        self.kept = (0, 0, None)

    def _reading(self):
        return reading("FITS", f"the compressed image of HDU {self.hdu.index}, at byte {self.hdu.start:,}")

    def rows(self, y, count):
        top, end, values = self.kept
        if y < top or y + count > end:
            top = y // self.tall * self.tall
            end = min(-(-(y + count) // self.tall) * self.tall, self.h)
            values = self._unpack(top, end)
            self.kept = top, end, values
        return values[y - top : y - top + count]

    def part(self, y, x, count):
        return self.rows(y, 1)[0, x : x + count]

    def window(self, y, x, high, wide):
        return self.numpy.asarray(self._section(y, y + high, x, x + wide), "f4")

    def exact(self, y, x, count):
        return numbers(self._section(y, y + 1, x, x + count)[0])

    def _unpack(self, top, end):
        return self.numpy.asarray(self._section(top, end, 0, self.w), "f4")

    def _section(self, top, end, first, last):
        place = (*self.plane, slice(top, end), slice(first, last)) if len(self.hdu.dims) > 1 else slice(first, last)
        with self._reading():
            return self.numpy.asarray(self.section[place]).reshape(-1, last - first)


def _number(hdu, keyword, default):
    value = hdu.get(keyword, default)
    return value if isinstance(value, (int, float)) else default
