"""Parquet: columns from the footer alone, rows from the row groups that have them. VOParquet: units and UCDs, too."""

import contextlib

from . import need, reading, unreadable
from .values import numbers, plain

#: Where VOParquet 1.0 keeps a VOTable without rows that describes the columns.
CONTENT = b"IVOA.VOTable-Parquet.content"
#: What a footer may be made of, before it is believed; columns that are described; values that an answer has.
STRINGS, CONTAINERS, COLUMNS, VALUES = 64 << 20, 4_000_000, 20_000, 100_000
#: Rows decoded at a time; bytes of a column read at a time, rather than all that a row group has.
BATCH, BUFFER = 8192, 1 << 18


class Parquet:
    def __init__(self, source):
        if source.packed:
            raise unreadable("Parquet", f"it is packed with {source.packed}.", "Copy it to your workspace and unpack it there.")
        self.arrow = need("pyarrow", "pyarrow", "Parquet files")
        module = need("pyarrow.parquet", "pyarrow", "Parquet files")
        self.source = source
        self._check_footer()
        with reading("Parquet", f"the footer, which begins at byte {self.footer:,}"):
            self.handle = self.arrow.OSFile(source.path)
            self.file = module.ParquetFile(
                self.handle, pre_buffer=False, buffer_size=BUFFER, thrift_string_size_limit=STRINGS, thrift_container_size_limit=CONTAINERS
            )
            self.schema = self.file.schema_arrow
        if len(self.schema) > COLUMNS:
            raise unreadable("Parquet", f"it has {len(self.schema):,} columns.", "Read the columns that you need in a notebook.")

    def _check_footer(self):
        size = self.source.size
        end = self.source.read(max(0, size - 8), 8)
        length = int.from_bytes(end[:4], "little")
        self.footer = size - 8 - length
        if end[4:] == b"PARE":
            raise unreadable("Parquet", "its footer is encrypted.", "Read it in a notebook with its key.")
        if size < 12 or end[4:] != b"PAR1":
            what = f"it does not end with PAR1 at byte {max(0, size - 4):,}; it may have been cut off."
            raise unreadable("Parquet", what, "Tell the operators of the archive.")
        if self.footer < 4 or length > STRINGS:
            raise unreadable("Parquet", f"its footer claims {length:,} bytes, at byte {size - 8:,}.", "Tell the operators of the archive.")

    def columns(self):
        described = self._described()
        return [self._column(field, described.get(field.name, {})) for field in self.schema]

    def _column(self, field, more):
        said = {"name": field.name[:4096], "type": str(field.type)[:200]}
        own = {key.decode("utf-8", "replace").lower(): value.decode("utf-8", "replace") for key, value in (field.metadata or {}).items()}
        for name in ("unit", "ucd", "description"):
            if text := more.get(name) or own.get(name):
                said[name] = plain(text)
        return said

    def _described(self):
        """What the file says about its columns: VOParquet's VOTable, or astropy's own header."""
        metadata = self.schema.metadata or {}
        if CONTENT in metadata:
            from .votable import fields_of

            return fields_of(metadata[CONTENT])
        if b"table_meta_yaml" in metadata:
            from .tables import columns_of

            return {column["name"]: column for column in columns_of(metadata[b"table_meta_yaml"].decode("utf-8", "replace").splitlines()) or []}
        return {}

    def preview(self):
        metadata = self.file.metadata
        said = {"columns": self.columns(), "rows": metadata.num_rows, "groups": metadata.num_row_groups}
        if metadata.created_by:
            said["creator"] = metadata.created_by[:200]
        if CONTENT in (self.schema.metadata or {}):
            said["voparquet"] = True
        return said

    def rows(self, task, offset, limit, columns):
        described = self.columns()
        # Two columns of the same name cannot be told apart by it, so by number.
        chosen = [i for i, column in enumerate(described) if columns is None or column["name"] in columns]
        total = self.file.metadata.num_rows
        limit = max(1, min(limit, VALUES // max(1, len(chosen)))) if chosen else limit
        said = [[] for _ in chosen]
        first = 0
        for group in range(self.file.metadata.num_row_groups):
            with reading("Parquet", f"row group {group:,}"):
                count = self.file.metadata.row_group(group).num_rows
                if first + count > offset and first < offset + limit:
                    self._group(task, group, max(0, offset - first), min(count, offset + limit - first), chosen, described, said)
                first += count
        return {"columns": [described[i] for i in chosen], "rows": [list(row) for row in zip(*said)], "total": total, "offset": offset}

    def _group(self, task, group, start, stop, chosen, described, said):
        names = [described[i]["name"] for i in chosen]
        at = 0
        if not names:
            return
        for batch in self.file.iter_batches(batch_size=min(BATCH, max(stop, 1)), row_groups=[group], columns=names, use_threads=False):
            task.check()
            if at + len(batch) > start:
                part = batch.slice(max(0, start - at), min(stop, at + len(batch)) - max(start, at))
                places = {name: i for i, name in enumerate(batch.schema.names)}
                for i, name in enumerate(names):
                    said[i] += _values(part.column(places[name]))
            at += len(batch)
            if at >= stop:
                return


def _values(array):
    """Of a column, or of a part of it."""
    kind = str(array.type)
    if kind in ("float", "halffloat"):
        shown = numbers(array.fill_null(0).to_numpy(zero_copy_only=False))
        return [value if there else None for value, there in zip(shown, array.is_valid().to_pylist())]
    if kind.startswith("timestamp[ns"):
        # Python's own times have no nanoseconds.
        return array.cast("string").to_pylist()
    return [plain(value) for value in array.to_pylist()]


@contextlib.contextmanager
def opened(source):
    """A file whose footer has been read."""
    file = Parquet(source)
    try:
        yield file
    finally:
        file.handle.close()
