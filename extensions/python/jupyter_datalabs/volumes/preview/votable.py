"""VOTable: structure by expat, which never sees the data; rows by astropy, which sees these rows alone.

A document of many gigabytes is thus gone through as bytes, and only as far as the rows asked for.
"""

import io
import re
from xml.parsers import expat

from ..failure import Failure
from . import need, reading, unreadable
from .base64stream import SPACE, Rows, parts_of
from .fits import refused
from .values import numbers, plain

#: Bytes read at a time, of a document without its data, of data gone through for a preview, of rows and of one row.
STEP, HEAD, THROUGH, ROWS, ROW = 1 << 18, 32 << 20, 128 << 20, 32 << 20, 16 << 20
#: Values that an answer has; tables that are listed; columns of a table.
VALUES, TABLES, COLUMNS = 100_000, 1000, 20_000
DATA = re.compile(rb"<(?:[\w.-]+:)?(TABLEDATA|STREAM)(?:\s[^<>]*)?>")
ROW_END = re.compile(rb"</(?:[\w.-]+:)?TR\s*>|<(?:[\w.-]+:)?TR\s*/>")
#: What follows a row's or the data's end may be in the next block.
OVERLAP = 4096


class Document:
    """The tables of a document, found one after another."""

    def __init__(self, source, task):
        self.source, self.task = source, task
        self.tables, self.stack = [], []
        self._skipped, self._fed, self._text, self._data = 0, 0, None, None
        self._root = None
        #: Whether there may be further tables.
        self.more = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._stop
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._entity

    def _entity(self, *_):
        raise unreadable("VOTable", "it declares entities, which can grow without end.", "Tell the operators of the archive.")

    @property
    def _at(self):
        return self._parser.CurrentByteIndex + self._skipped

    def _start(self, name, attributes):
        prefix, _, tag = name.rpartition(":")
        self.stack.append(tag)
        if tag == "VOTABLE" and self._root is None:
            self._root = (self._at, prefix and f"{prefix}:")
        elif tag == "TABLE" and len(self.tables) <= TABLES:
            said = attributes.get("name") or attributes.get("ID") or ""
            rows = attributes.get("nrows", "").strip()
            rows = int(rows) if re.fullmatch(r"\d{1,15}", rows) else None
            self.tables.append({"name": plain(said), "columns": [], "rows": rows, "begin": self._at, "data": None})
        elif tag == "FIELD" and self.tables and "TABLE" in self.stack:
            if len(self.tables[-1]["columns"]) >= COLUMNS:
                raise unreadable("VOTable", f"it has more than {COLUMNS:,} columns.", "Read the columns that you need in a notebook.")
            self.tables[-1]["columns"].append(_field(attributes))
        elif tag == "DESCRIPTION":
            self._text = []
        elif tag in ("TABLEDATA", "STREAM"):
            self._data = (tag, attributes)

    def _stop(self, _name):
        tag = self.stack.pop()
        if tag == "DESCRIPTION" and self._text is not None:
            text, self._text = " ".join("".join(self._text).split()), None
            over = self.stack[-1] if self.stack else ""
            if over == "FIELD" and self.tables and self.tables[-1]["columns"]:
                self.tables[-1]["columns"][-1].setdefault("description", plain(text))
            elif over == "TABLE" and self.tables:
                self.tables[-1].setdefault("description", plain(text))

    def _characters(self, text):
        if self._text is not None and len(self._text) < 1000:
            self._text.append(text)

    def walk(self):
        """Yield each table when its data begin, and go on behind them; tables without data are there at the end."""
        at, fed = 0, 0
        if self.source.read(0, 2) in (b"\xff\xfe", b"\xfe\xff"):
            raise unreadable("VOTable", "it is written in UTF-16.", "Open it in a notebook.")
        while block := self.source.read(at, STEP):
            match = DATA.search(block)
            if match is None and len(block) == STEP and (cut := block.rfind(b"<")) > 0:
                # A tag is never in two pieces.
                block = block[:cut]
            if match and match[0].endswith(b"/>"):
                match, block = None, block[: match.end()]
            piece = block[: match.end()] if match else block
            self._data = None
            self._feed(piece)
            at, fed = at + len(piece), fed + len(piece)
            if len(self.tables) > TABLES:
                self.more = True
                return
            if fed > HEAD:
                raise unreadable("VOTable", f"it has more than {HEAD:,} bytes before and between its data.")
            if match and self._data and self.tables:
                table = self.tables[-1]
                table.update(data=self._data[0], how=self.stack[-2] if len(self.stack) > 1 else "", attributes=self._data[1], start=at)
                yield table
                behind = self._end_of(table)
                if behind is None:
                    self.more = True
                    return
                self._skipped += behind - at
                at = behind
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._wrong(error) from None

    def _feed(self, piece):
        try:
            self._parser.Parse(piece, False)
        except (expat.ExpatError, UnicodeError, ValueError, LookupError) as error:
            raise self._wrong(error) from None

    def _wrong(self, error):
        at = self._parser.ErrorByteIndex + self._skipped
        what = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error)
        return unreadable("VOTable", f"{what}, at byte {max(0, at):,}.")

    def _end_of(self, table):
        """Where the data of a table end; None where this is further than a preview looks. Counts rows on the way."""
        at, counted, signs = table["start"], 0, 0
        ending = re.compile(rb"</(?:[\w.-]+:)?" + table["data"].encode() + rb"\s*>")
        while at - table["start"] < THROUGH and (block := self.source.read(at, STEP * 16)):
            match = ending.search(block)
            until = match.start() if match else max(0, len(block) - OVERLAP) if len(block) == STEP * 16 else len(block)
            if table["data"] == "TABLEDATA":
                ends = list(_ends(block[:until]))
                counted += len(ends)
                if not match and ends:
                    # Neither a row twice nor half of its end.
                    until = ends[-1]
            if match:
                if table["data"] == "TABLEDATA":
                    table["rows"] = counted
                elif width := _width(table):
                    table["rows"] = (signs + len(block[:until].translate(None, SPACE + b"="))) * 3 // 4 // width
                return at + match.start()
            signs += len(block[:until].translate(None, SPACE)) if table["data"] == "STREAM" else 0
            at += max(until, 1)
        if at - table["start"] < THROUGH:
            raise unreadable("VOTable", f"it ends at byte {at:,}, inside the data of a table.", "Tell the operators of the archive.")
        return None

    def opening(self, table):
        """A document of this table alone, up to its data, and the names' prefix."""
        begin, prefix = self._root or (0, "")
        declaration = re.match(rb"\s*<\?xml[^>]*\?>", self.source.read(0, 1024).removeprefix(b"\xef\xbb\xbf"))
        root = self.source.read(begin, 1 << 16)
        root = root[: root.index(b">") + 1]
        head = self.source.read(table["begin"], table["start"] - table["begin"])
        tag = head.index(b">") + 1
        # Room is made for so many rows as the table says to have.
        head = re.sub(rb"\snrows\s*=\s*(\"[^\"]*\"|'[^']*')", b"", head[:tag]) + head[tag:]
        return (declaration[0] if declaration else b"") + root + f"<{prefix}RESOURCE>".encode() + head, prefix


def _width(table):
    """Bytes of a row in base64, None where they differ."""
    if table["how"] not in ("BINARY", "BINARY2") or table["attributes"].get("encoding") != "base64":
        return None
    parts = parts_of([column["type"] for column in table["columns"]], table["how"] == "BINARY2")
    return parts[0][0] if len(parts) == 1 and parts[0][1] is None else None


def _ends(block, first=0):
    """Where rows end; the usual spelling is found faster."""
    at = block.find(b"</TR>", first)
    if at < 0:
        return (match.end() for match in ROW_END.finditer(block, first))

    def usual(at):
        while at >= 0:
            yield at + 5
            at = block.find(b"</TR>", at + 5)

    return usual(at)


def _field(attributes):
    size = attributes.get("arraysize")
    kind = attributes.get("datatype", "unknown")
    said = {"name": attributes.get("name") or attributes.get("ID") or "", "type": f"{kind}[{size}]" if size and size != "1" else kind}
    return {name: plain(value) for name, value in {**said, "unit": attributes.get("unit"), "ucd": attributes.get("ucd")}.items() if value is not None}


def preview(source, task):
    document, problem = Document(source, task), None
    try:
        for _ in document.walk():
            pass
    except Failure as failure:
        # What comes before the damage can be shown.
        if failure.code != "unreadable-file" or not any("start" in table for table in document.tables):
            raise
        problem = failure
    tables = [_described(i, table) for i, table in enumerate(document.tables[:TABLES])]
    return {"tables": tables, **({"more": True} if document.more else {}), **({"problem": problem.problem()} if problem else {})}


def _described(index, table):
    said = {"index": index, "name": table["name"], "columns": table["columns"], "rows": table["rows"]}
    return said | ({"description": table["description"]} if table.get("description") else {})


def fields_of(data):
    """Columns of the first table of a document in memory, by name."""

    class Bytes:
        length = len(data)

        def read(self, offset, count):
            return data[offset : offset + count]

    document = Document(Bytes(), None)
    try:
        for _ in document.walk():
            break
    except Exception:  # noqa: BLE001 - what describes the columns is damaged, and the rest may be whole.
        pass
    return {column["name"]: column for column in (document.tables[0]["columns"] if document.tables else [])}


def rows(source, task, index, offset, limit, columns):
    document = Document(source, task)
    table = None
    for found in document.walk():
        if document.tables.index(found) == index:
            table = found
            break
    if table is None:
        if index < len(document.tables):
            said = document.tables[index]
            return {"columns": said["columns"], "rows": [], "total": 0, "offset": offset}
        raise refused(f"The file has no table {index}.", "Choose one of its tables.")
    limit = max(1, min(limit, VALUES // max(1, len(table["columns"]))))
    opening, prefix = document.opening(table)
    if table["data"] == "TABLEDATA":
        data, total = _table_rows(source, task, table, offset, limit)
        closing = ["TABLEDATA", "DATA"]
    else:
        how = table["how"]
        if "href" in table["attributes"] or how not in ("BINARY", "BINARY2") or table["attributes"].get("encoding") != "base64":
            raise unreadable("VOTable", "its rows are not in the document itself as text or base64.", "Open it in a notebook.")
        data, total = Rows(source, task, table["start"], table["columns"], how == "BINARY2").take(offset, limit)
        closing = ["STREAM", how, "DATA"]
    total = table["rows"] if total is None else total
    ends = "".join(f"</{prefix}{tag}>" for tag in [*closing, "TABLE", "RESOURCE", "VOTABLE"]).encode()
    values = _values(opening + data + ends, table, offset)
    chosen = [i for i, column in enumerate(table["columns"]) if columns is None or column["name"] in columns]
    said = {"columns": [table["columns"][i] for i in chosen], "total": total, "offset": offset}
    return said | {"rows": [list(row) for row in zip(*(values[i] for i in chosen))]}


def _table_rows(source, task, table, offset, limit):
    """The bytes of these rows, and how many rows there are if the end has been met."""
    at, passed, kept, left, rest = table["start"], 0, [], limit, b""
    ending = re.compile(rb"</(?:[\w.-]+:)?TABLEDATA\s*>")
    size = 0
    while block := source.read(at, STEP):
        task.check()
        at += len(block)
        data = rest + block
        done = ending.search(data)
        inside = data[: done.start()] if done else data
        first, usual = 0, inside.count(b"</TR>")
        if passed + usual <= offset:
            # None of these: they need only be counted.
            passed, first = passed + usual, inside.rfind(b"</TR>") + 5 if usual else 0
        for end in _ends(inside, first):
            if passed >= offset:
                kept.append(inside[first:end])
                size += end - first
                left -= 1
            passed, first = passed + 1, end
            if not left or size > ROWS:
                return b"".join(kept), None
        if done:
            return b"".join(kept), passed
        rest = inside[first:]
        if len(rest) > ROW:
            raise unreadable("VOTable", f"row {passed:,}, which ends behind byte {at:,}, is longer than {ROW:,} bytes.")
    if kept:
        return b"".join(kept), None
    raise unreadable("VOTable", f"it ends at byte {at:,}, before row {offset:,}.", "Tell the operators of the archive.")


def _values(document, table, offset):
    module, numpy = need("astropy.io.votable", "astropy", "VOTables"), need("numpy", "numpy", "VOTables")
    with reading("VOTable", f"rows from {offset:,} on, of the table whose data begin at byte {table['start']:,}"):
        found = module.parse(io.BytesIO(document), verify="ignore").get_first_table()
        return [_column(numpy, found.array[field.ID]) for field in found.fields]


def _column(numpy, column):
    data, mask = numpy.ma.getdata(column), numpy.ma.getmaskarray(column)
    if data.dtype.kind == "O":
        said = [plain(value.tolist()) if hasattr(value, "tolist") else plain(value) for value in data]
    else:
        said = numbers(data)
    return [None if bool(numpy.all(hidden)) and numpy.size(hidden) else value for value, hidden in zip(said, mask)]
