"""CSV, TSV and ECSV, line by line: nothing of a file is kept but the lines that are shown."""

import csv
import itertools
import re

from ..failure import Failure
from . import unreadable
from .text import SAMPLE, encoding_of
from .values import plain

#: Bytes of a line, and of an ECSV header, and how deep it is; columns.
LINE, HEADER, DEPTH, COLUMNS = 4 << 20, 4 << 20, 64, 20_000
#: Values that an answer has; bytes whose rows are counted at once, a tenth of a second.
VALUES, COUNTED = 100_000, 4 << 20


class Table:
    def __init__(self, source, task):
        self.source, self.task = source, task
        start = source.read(0, SAMPLE)
        found = encoding_of(start)
        if not found:
            raise unreadable("table", "it has bytes that no text has.", "Copy it to your workspace.")
        self.encoding, self.mark = found
        self.is_ecsv = start[self.mark :].startswith(b"# %ECSV")
        csv.field_size_limit(LINE)
        self._names, self._read = None, 0
        self.delimiter, self.described = self._look(start)

    def _look(self, start):
        if self.is_ecsv:
            header, size = [], 0
            for line in self._lines():
                size += len(line)
                if not line.startswith("#") or size > HEADER:
                    break
                header.append(line[2:])
            delimiter = next((match[1] for line in header if (match := re.match(r"delimiter:\s*['\"]?(.)", line))), " ")
            return " " if delimiter in "'\"" else delimiter, columns_of(header)
        sample = start.decode(self.encoding, "replace").lstrip("\ufeff")
        # Comments before the table are none of its lines, unless the last one names the columns.
        lines = [line for line in sample.splitlines() if line.strip()]
        place = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
        first = lines[place] if place < len(lines) else ""
        delimiter = max(",\t;|", key=lambda sign: (first.count(sign), sign == ","))
        if 0 < first.count(delimiter) == (lines[place - 1] if place else "").count(delimiter):
            self._names = lines[place - 1].lstrip("# ").split(delimiter)
        return delimiter, None

    def _lines(self):
        at, rest, number, wide = self.mark, b"", 1, "16" in self.encoding or "32" in self.encoding
        end = "\n".encode(self.encoding)
        for block in self.source.blocks(self.mark):
            lines = _split(rest + block, end, wide)
            rest = lines.pop()
            for line in lines:
                yield line.decode(self.encoding, "replace") + "\n"
            number += len(lines)
            at += len(block)
            self._read = at
            if len(rest) > LINE:
                raise unreadable("table", f"line {number:,}, which begins at byte {at - len(rest):,}, is longer than {LINE:,} bytes.")
        if rest:
            yield rest.decode(self.encoding, "replace")

    def _records(self):
        lines = (line for line in self._lines() if not line.startswith("#"))
        reader = csv.reader(lines, delimiter=self.delimiter)
        try:
            for record in reader:
                if record:
                    yield record
        except csv.Error as error:
            raise unreadable("table", f"line {reader.line_num:,}: {error}.") from None

    def columns(self, records):
        """From the header line, which is taken from ``records``."""
        names = [name.strip() for name in self._names or next(records, [])]
        if len(names) > COLUMNS:
            raise unreadable("table", f"it has {len(names):,} columns.")
        if self.described and len(self.described) == len(names):
            return self.described
        return [{"name": plain(name) or f"col{i + 1}"} for i, name in enumerate(names)]

    def preview(self):
        records = self._records()
        return {"columns": self.columns(records), "rows": self._count(records), "delimiter": self.delimiter}

    def _count(self, records):
        """How many rows there are, if that takes no time to speak of."""
        count = 0
        try:
            for count, _ in enumerate(records, 1):
                if self._read > COUNTED:
                    return None
        except Failure as failure:
            # The rows before the damage can be looked at.
            if failure.code != "unreadable-file":
                raise
            return None
        return count

    def rows(self, offset, limit, columns):
        records = self._records()
        described = self.columns(records)
        chosen = [i for i, column in enumerate(described) if columns is None or column["name"] in columns]
        limit = max(1, min(limit, VALUES // max(1, len(chosen))))
        skipped = 0
        for _ in itertools.islice(records, offset):
            skipped += 1
        found = list(itertools.islice(records, limit + 1))
        # The end has been seen when there is no further line.
        total = skipped + len(found) if len(found) <= limit else None
        rows = [[_value(record[i], described[i]) if i < len(record) else None for i in chosen] for record in found[:limit]]
        return {"columns": [described[i] for i in chosen], "rows": rows, "total": total, "offset": offset}


def _split(data, end, wide):
    if not wide:
        return data.split(end)
    # A line's end may also stand across two characters.
    lines, first, at = [], 0, data.find(end)
    while at >= 0:
        if at % len(end) == 0:
            lines.append(data[first:at])
            first = at + len(end)
        at = data.find(end, at + (len(end) if at % len(end) == 0 else 1))
    return [*lines, data[first:]]


def _value(text, column):
    """Only ECSV says what is a number; of other tables every value is a text as it stands."""
    kind = column.get("type", "")
    if kind and text == "":
        return None
    try:
        if kind.startswith(("int", "uint")):
            return plain(int(text))
        if kind.startswith("float"):
            return plain(float(text))
        if kind == "bool":
            return {"True": True, "False": False}.get(text, text)
    except ValueError:
        pass
    return plain(text)


def columns_of(lines):
    """Of an ECSV header. Of its YAML, texts alone: aliases of lists multiply, tags make objects, and keys merge."""
    try:
        import yaml
    except ImportError:
        return None
    text = "\n".join(line.rstrip("\n") for line in lines if not line.startswith("%ECSV"))
    if len(text) > HEADER:
        return None
    try:
        # What is parsed but not composed takes no recursion of the library's, which knows no end of it.
        events = (event for event in yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent))
        return [_column(column) for column in _said(next(events), events, {})["datatype"]]
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, StopIteration):
        # What describes the columns is damaged, and the table may be whole.
        return None


def _said(event, events, named, depth=0):
    """The node that begins with ``event``: a text, a list, or a dict of texts; of ``named`` ones, texts are repeated."""
    kind = type(event).__name__
    if kind == "AliasEvent":
        return named.get(event.anchor)
    if kind == "ScalarEvent":
        text = None if event.implicit[0] and event.value in ("", "~", "null", "Null", "NULL") else event.value
        if event.anchor:
            named[event.anchor] = text
        return text
    if depth == DEPTH:
        raise ValueError("It is deeper than any header.")
    items = []
    while not type(item := next(events)).__name__.endswith("EndEvent"):
        items.append(_said(item, events, named, depth + 1))
    if kind == "SequenceStartEvent":
        return items
    return {key: value for key, value in zip(items[::2], items[1::2]) if isinstance(key, str)}


def _column(column):
    meta = column.get("meta") or {}
    if isinstance(meta, list):
        # An ordered map is a list of pairs.
        meta = {key: value for pair in meta for key, value in pair.items()}
    ucd = meta.get("ucd") or meta.get("UCD")
    said = {"name": column["name"], "type": column.get("datatype"), "unit": column.get("unit"), "ucd": ucd, "description": column.get("description")}
    if not isinstance(said["name"], str):
        raise ValueError("A column has no name.")
    return {name: plain(value) for name, value in said.items() if isinstance(value, str)}
