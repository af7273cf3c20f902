"""Planes of FITS images, made as small as a screen, whatever their size: blocks of pixels are averaged.

Of each block as many rows are read as the work for one picture allows, at least one; so time and memory do not grow with
the file. Reading goes along the rows as they lie on the disk.
"""

import math

from . import fits, need, reading, unreadable

#: Pixels that are looked at for one picture; bytes that are held at a time; bytes of a row beyond which it is read in parts.
PIXELS, HELD, LONG = 32 << 20, 16 << 20, 16 << 20
#: Of a part of a long row: pixels that are averaged.
PART = 256
#: Bytes that unpacking one tile of a compressed image may take.
TILE = 128 << 20
TYPES = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


def shrink(source, task, number, plane, width, height):
    """An image of an HDU.

    Returns
    -------
    values : ndarray
        float32, the first row of the image first, NaN where there is none.
    info : dict
        ``shape`` of the original, ``step``, ``planes``, and ``unit`` where the header says it.
    """
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
    step = max(1, -(-w // width), -(-h // height))
    reader = (_Tiles if hdu.compressed else _Raw)(source, hdu, shape, plane)
    values = _Blocks(reader, h, w, step, task).all()
    info = {"shape": [h, w], "step": step, "planes": planes, **({"unit": hdu.text("BUNIT")} if hdu.text("BUNIT") else {})}
    return values, info


def _first(source, task):
    for hdu in fits.hdus(source, task):
        if hdu.type == "image":
            return hdu
    raise fits.refused("The file has no image.", "Look at its tables.")


class _Blocks:
    """Averages of blocks of ``step`` × ``step`` pixels."""

    def __init__(self, reader, h, w, step, task):
        self.numpy = need("numpy", "numpy", "FITS files")
        self.reader, self.h, self.w, self.step, self.task = reader, h, w, step, task
        self.high, self.wide = -(-h // step), -(-w // step)

    def all(self):
        numpy, step = self.numpy, self.step
        out = numpy.empty((self.high, self.wide), "f4")
        if self.w * self.reader.size > LONG and step > 1:
            for row in range(self.high):
                out[row] = self._long_row(min(row * step + step // 2, self.h - 1))
            return out
        rows = max(1, min(step, PIXELS // (self.high * self.w)))
        if rows == step:
            # All of it: many blocks at a time.
            group = max(1, HELD // (self.w * step * self.reader.size))
            for row in range(0, self.high, group):
                until = min(row + group, self.high)
                values = self.reader.rows(row * step, min(until * step, self.h) - row * step)
                out[row:until] = self._average(values, until - row)
        else:
            for row in range(self.high):
                first = min(row * step + (step - rows) // 2, self.h - 1)
                out[row] = self._average(self.reader.rows(first, min(rows, self.h - first)), 1)[0]
        return out

    def _average(self, values, high):
        """Of rows that make ``high`` rows of blocks; the last block may be smaller."""
        numpy, step = self.numpy, self.step
        if step == 1:
            return values
        tall = step if high > 1 else len(values)
        sums, counts = numpy.zeros((high, self.wide)), numpy.zeros((high, self.wide), "i4")
        with numpy.errstate(all="ignore"):
            for row in range(high):
                self.task.check()
                block = values[row * tall : (row + 1) * tall]
                there = numpy.isfinite(block)
                starts = range(0, self.w, step)
                if there.all():
                    sums[row] = numpy.add.reduceat(block.sum(axis=0, dtype="f8"), starts)
                    counts[row] = len(block) * numpy.diff([*starts, self.w])
                else:
                    sums[row] = numpy.add.reduceat(numpy.where(there, block, 0).sum(axis=0, dtype="f8"), starts)
                    counts[row] = numpy.add.reduceat(there.sum(axis=0, dtype="i4"), starts)
            return (sums / counts).astype("f4")

    def _long_row(self, y):
        numpy = self.numpy
        row = numpy.empty(self.wide, "f4")
        for x in range(self.wide):
            values = self.reader.part(y, x * self.step, min(self.step, PART, self.w - x * self.step))
            there = values[numpy.isfinite(values)]
            row[x] = there.mean() if there.size else numpy.nan
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

    def rows(self, y, count):
        return self._read(y * self.w, count * self.w).reshape(count, self.w)

    def part(self, y, x, count):
        return self._read(y * self.w + x, count)

    def _read(self, first, count):
        numpy, offset = self.numpy, self.start + first * self.size
        raw = numpy.empty(count, self.type)
        got = self.source.into(offset, memoryview(raw).cast("B"))
        if got < raw.nbytes:
            raise unreadable("FITS", f"the file ends at byte {offset + got:,}, inside the image of HDU {self.hdu.index}.", "Tell the operators of the archive.")
        return _scaled(numpy, raw, self.scale, self.zero, self.blank)


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
        self.size = 4
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

    def _unpack(self, top, end):
        place = (*self.plane, slice(top, end), slice(0, self.w)) if len(self.hdu.dims) > 1 else slice(0, self.w)
        with self._reading():
            return self.numpy.asarray(self.section[place], "f4").reshape(-1, self.w)


def _number(hdu, keyword, default):
    value = hdu.get(keyword, default)
    return value if isinstance(value, (int, float)) else default
