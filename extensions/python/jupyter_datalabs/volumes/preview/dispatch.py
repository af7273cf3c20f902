"""Which reader a file is for, by how it begins rather than by what it is called, and the methods of the worker."""

import contextlib
import re
import threading

from ..failure import Failure
from . import colours, fits, need, parquet, picture, pixels, tables, text, unreadable, votable
from .source import opened
from .text import encoding_of

ENDINGS = {
    "fits": (".fits", ".fit", ".fts", ".fz"), "parquet": (".parquet", ".parq", ".pq"), "votable": (".vot", ".votable"),
    "table": (".csv", ".tsv", ".ecsv"),
}
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM")
#: How an image is to look.
LOOK = ("stretch", "interval", "map", "low", "high")
VOTABLE = re.compile(rb"<(?:[\w.-]+:)?VOTABLE[\s>]")


def kind_of(source):
    """One of the kinds of a preview."""
    start = source.read(0, 1 << 16)
    if start.startswith(b"SIMPLE  ="):
        return "fits"
    if start.startswith(b"PAR1"):
        return "parquet"
    words = encoding_of(start)
    if not words and start.startswith(PICTURES) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        return "image"
    name = source.name.lower()
    if source.packed:
        name = re.sub(r"\.(gz|bz2|xz)$", "", name)
    named = next((kind for kind, endings in ENDINGS.items() if name.endswith(endings)), None)
    if start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and VOTABLE.search(start.replace(b"\0", b"")):
        return "votable"
    if start.startswith(b"# %ECSV"):
        return "table"
    # Its reader says what is wrong with it; of an empty file there is nothing to say.
    if named and start and (named != "table" or words):
        return named
    return "text" if words else "binary"


class Previews:
    """The methods of the worker."""

    def __init__(self, data):
        self._data = data
        # Each may take a good part of the memory that there is for all.
        self._heavy = threading.Semaphore(2)

    def prepare(self, params, task):
        """Have ready what takes longest to begin with, a third of a second: somebody chose a file and may look at it."""
        with contextlib.suppress(Failure):
            need("astropy.io.fits", "astropy", "FITS files")
        return {}

    def preview(self, params, task):
        with self._reading(params, task) as (source, kind):
            said = {"kind": kind, "size": source.size, "modified": source.modified}
            if source.packed:
                said["packed"] = source.packed
            if kind == "fits":
                said |= fits.preview(source, task, params.get("hdu"), params.get("offset", 0))
            elif kind == "votable":
                said |= votable.preview(source, task)
            elif kind == "parquet":
                with parquet.opened(source) as file:
                    said |= file.preview()
            elif kind == "table":
                said |= tables.Table(source, task).preview()
            elif kind == "image":
                said |= picture.preview(source)
            return said

    def rows(self, params, task):
        offset, limit, columns = params.get("offset", 0), params.get("limit", 100), params.get("columns")
        with self._reading(params, task) as (source, kind), self._few(task):
            if kind == "fits":
                hdu = params.get("hdu")
                values = hdu is not None and pixels.is_row(fits.find(source, task, hdu))
                return (pixels if values else fits).rows(source, task, hdu, offset, limit, columns)
            if kind == "votable":
                return votable.rows(source, task, params.get("table", 0), offset, limit, columns)
            if kind == "parquet":
                with parquet.opened(source) as file:
                    return file.rows(task, offset, limit, columns)
            if kind == "table":
                return tables.Table(source, task).rows(offset, limit, columns)
            raise fits.refused("This file has no rows.", "Open it as text.")

    def image(self, params, task):
        width, height = params.get("width", 1024), params.get("height", 1024)
        with self._reading(params, task) as (source, kind), self._few(task):
            if kind == "fits":
                place = source, task, params.get("hdu"), params.get("plane", 0)
                if "left" in params:
                    drawn = pixels.window(*place, params["left"], params.get("bottom", 0), width, height)
                else:
                    drawn = pixels.shrink(*place, width, height)
                return colours.render(*drawn, **{name: params[name] for name in LOOK if name in params})
            if kind == "image":
                return picture.shrink(source, width, height)
            raise fits.refused("This file has no image.", "Open it as text.")

    def pixel(self, params, task):
        with self._reading(params, task) as (source, kind), self._few(task):
            if kind == "fits":
                return pixels.pixel(source, task, params.get("hdu"), params.get("plane", 0), params["x"], params["y"])
            raise fits.refused("The pixels of this file have no values.", "Look at it as it is.")

    @contextlib.contextmanager
    def _few(self, task):
        while not self._heavy.acquire(timeout=0.2):
            task.check()
        try:
            yield
        finally:
            self._heavy.release()

    @contextlib.contextmanager
    def _reading(self, params, task):
        with opened(self._data, params, task) as source:
            kind = kind_of(source)
            try:
                yield source, kind
            except (UnicodeError, RecursionError, OverflowError) as error:
                # The path was good when it came to here.
                raise unreadable(kind, f"{error}.") from None

    def text(self, params, task):
        with opened(self._data, params, task) as source:
            return text.text(source, params.get("offset", 0), params.get("limit", 1 << 16))
