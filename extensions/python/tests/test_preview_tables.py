"""VOTable, Parquet, CSV and their kin: columns with units, rows from anywhere, and what is damaged or means harm."""

import base64
import gzip
import io

import numpy
import pyarrow
import pyarrow.parquet
import pytest
from astropy.io.votable import from_table
from astropy.table import MaskedColumn, Table

from jupyter_datalabs.volumes.preview import parquet, tables, votable
from previews import Task, Volume


@pytest.fixture
def volume(tmp_path):
    return Volume(tmp_path)


def table(rows=10, texts=True):
    made = Table()
    made["id"] = numpy.arange(rows, dtype="i8") + (1 << 60)
    made["ra"] = MaskedColumn(numpy.arange(rows) / 4, mask=numpy.arange(rows) == 3, unit="deg", description="Right ascension")
    made["ra"].meta["ucd"] = "pos.eq.ra"
    made["flux"] = numpy.full(rows, 0.1, "f4")
    made["pair"] = numpy.arange(rows * 2, dtype="i4").reshape(rows, 2)
    if texts:
        made["name"] = [f"n{i} <&é" for i in range(rows)]
        made["flag"] = numpy.arange(rows) % 2 == 0
    return made


def vot(made, how="tabledata", fixed=False):
    document = from_table(made)
    field = next(document.get_first_table().iter_fields_and_params())
    assert field.name == "id"
    output = io.BytesIO()
    document.to_xml(output, tabledata_format=how)
    return output.getvalue()


@pytest.mark.parametrize("step", [1 << 18, 700])
@pytest.mark.parametrize("texts", [True, False])
@pytest.mark.parametrize("how", ["tabledata", "binary", "binary2"])
def test_votable(volume, monkeypatch, how, texts, step):
    # Blocks that end in the middle of everything.
    monkeypatch.setattr(votable, "STEP", step)
    volume.write("a.xml", vot(table(200, texts), how))
    said = volume.ask("preview", "a.xml")
    assert said["kind"] == "votable"
    (found,) = said["tables"]
    known = how == "tabledata" or not texts
    assert found["rows"] in ((200,) if known else (200, None)) and found["index"] == 0
    assert found["columns"][1] == {"name": "ra", "type": "double", "unit": "deg", "ucd": "pos.eq.ra", "description": "Right ascension"}
    assert found["columns"][3]["type"] == "int[2]"
    for offset in (0, 2, 150, 198, 200, 300):
        page = volume.ask("rows", "a.xml", offset=offset, limit=4)
        there = range(offset, min(200, offset + 4))
        assert [row[0] for row in page["rows"]] == [str((1 << 60) + i) for i in there]
        assert [row[1] for row in page["rows"]] == [None if i == 3 else i / 4 for i in there]
        assert all(row[2] == 0.1 for row in page["rows"]) and [row[3] for row in page["rows"]] == [[2 * i, 2 * i + 1] for i in there]
        assert page["total"] in (200, None)
        if texts:
            assert [row[4] for row in page["rows"]] == [f"n{i} <&é" for i in there]
    assert volume.ask("rows", "a.xml", columns=["ra"], offset=1, limit=1)["rows"] == [[0.25]]
    assert volume.ask("rows", "a.xml", offset=300)["total"] == 200


def test_votable_with_prefixes_tables_and_lies(volume):
    one = '<v:TABLE name="{}" nrows="{}"><v:DESCRIPTION>about\n  it</v:DESCRIPTION><v:FIELD name="x" datatype="int"/><v:DATA><v:TABLEDATA>{}</v:TABLEDATA></v:DATA></v:TABLE>'
    rows = "".join(f"<v:TR><v:TD>{i}</v:TD></v:TR>" for i in range(5))
    both = one.format("first", 10**14, rows) + one.format("second", 1, "") + '<v:TABLE name="third"><v:FIELD name="y" datatype="int"/></v:TABLE>'
    data = f'<?xml version="1.0"?><v:VOTABLE version="1.3" xmlns:v="http://www.ivoa.net/xml/VOTable/v1.3"><v:RESOURCE><v:RESOURCE>{both}</v:RESOURCE></v:RESOURCE></v:VOTABLE>'
    volume.write("a.vot", data.encode())
    found = volume.ask("preview", "a.vot")["tables"]
    assert [(one["name"], one["rows"]) for one in found] == [("first", 5), ("second", 0), ("third", None)]
    assert found[0]["description"] == "about it"
    assert volume.ask("rows", "a.vot", offset=3)["rows"] == [[3], [4]]
    assert volume.ask("rows", "a.vot", table=1)["rows"] == []
    assert volume.ask("rows", "a.vot", table=2)["rows"] == []
    assert volume.problem("rows", "a.vot", table=3)["code"] == "bad-request"


def test_votable_packed_and_further_than_a_preview_looks(volume, monkeypatch):
    volume.write("a.vot.gz", gzip.compress(vot(table(50))))
    assert volume.ask("preview", "a.vot.gz")["tables"][0]["rows"] == 50
    monkeypatch.setattr(votable, "THROUGH", 0)
    said = volume.ask("preview", "a.vot.gz")
    assert said["tables"][0]["rows"] is None and said["more"] is True
    assert len(volume.ask("rows", "a.vot.gz", offset=40)["rows"]) == 10


HEAD = '<?xml version="1.0"?>{}<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>{}<DATA>{}'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FIELD = '<FIELD name="x" datatype="int"/>'
END = "</DATA></TABLE></RESOURCE></VOTABLE>"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (HEAD.format(BOMB, FIELD, "<TABLEDATA><TR><TD>&b;</TD></TR></TABLEDATA>") + END, "entities"),
        (HEAD.format("", FIELD, '<BINARY><STREAM href="file:///etc/passwd" encoding="base64"></STREAM></BINARY>') + END, "not in the document"),
        (HEAD.format("", FIELD, '<FITS><STREAM encoding="base64">AAAA</STREAM></FITS>') + END, "not in the document"),
        (HEAD.format("", FIELD, '<BINARY><STREAM encoding="base64">!!!!</STREAM></BINARY>') + END, "base64"),
        (HEAD.format("", '<FIELD name="x" datatype="int" arraysize="no"/>', '<BINARY><STREAM encoding="base64">AAAA</STREAM></BINARY>') + END, "size"),
        (HEAD.format("", '<FIELD name="x" datatype="thing"/>', '<BINARY><STREAM encoding="base64">AAAA</STREAM></BINARY>') + END, "type"),
        (HEAD.format("", '<FIELD name="x" datatype="char" arraysize="*"/>', '<BINARY><STREAM encoding="base64">/////w==</STREAM></BINARY>') + END, "claims"),
        (HEAD.format("", FIELD, "<TABLEDATA><TR><TD>1"), "ends at byte"),
        (HEAD.format("", "<FIELD name=", "<TABLEDATA></TABLEDATA>") + END, "at byte"),
        (HEAD.format("", FIELD, "<TABLEDATA><TR><TD>1</TABLEDATA>") + "<X>", "at byte"),
    ],
)
def test_votables_that_are_damaged_or_mean_harm(volume, data, what):
    volume.write("a.vot", data.encode())
    said = [volume.either(method, "a.vot") for method in ("preview", "rows")]
    problems = [problem for one in said if (problem := one.get("problem") or "code" in one and one)]
    assert problems and all(problem["code"] == "unreadable-file" for problem in problems)
    assert any(what in problem["detail"] for problem in problems), problems


def test_votable_cut_off_still_shows_its_first_rows(volume):
    whole = vot(table(200))
    volume.write("a.vot", whole[: len(whole) // 2])
    said = volume.ask("preview", "a.vot")
    assert "ends at byte" in said["problem"]["detail"] and len(said["tables"][0]["columns"]) == 6
    assert len(volume.ask("rows", "a.vot", limit=5)["rows"]) == 5


def test_values_that_are_none(volume):
    volume.write("a.vot", (HEAD.format("", FIELD + '<FIELD name="t" datatype="boolean"/>', "<TABLEDATA><TR><TD>12x</TD><TD>T</TD></TR><TR><TD/><TD>?</TD></TR></TABLEDATA>") + END).encode())
    problem = volume.problem("rows", "a.vot", limit=1)
    assert problem["code"] == "unreadable-file" and "col 'x'" in problem["detail"]
    assert volume.ask("rows", "a.vot", offset=1)["rows"] == [[None, None]]


def parquet_bytes(made, **options):
    output = io.BytesIO()
    pyarrow.parquet.write_table(made, output, **options)
    return output.getvalue()


def test_parquet(volume, monkeypatch):
    monkeypatch.setattr(parquet, "BATCH", 7)
    made = pyarrow.table(
        {
            "id": pyarrow.array([(1 << 60) + i for i in range(100)]),
            "flux": pyarrow.array([0.1, None, float("nan"), *[0.5] * 97], "float32"),
            "when": pyarrow.array([1_700_000_000_000_000_001] * 100, pyarrow.timestamp("ns")),
            "list": pyarrow.array([list(range(i)) for i in range(100)]),
            "raw": pyarrow.array([b"\xff\x00"] * 100),
            "struct": pyarrow.array([{"a": 1}] * 100),
        }
    )
    volume.write("a.parquet", parquet_bytes(made, row_group_size=30))
    said = volume.ask("preview", "a.parquet")
    assert (said["kind"], said["rows"], said["groups"]) == ("parquet", 100, 4)
    assert said["columns"][0] == {"name": "id", "type": "int64"}
    first = volume.ask("rows", "a.parquet", limit=3)
    assert [row[1] for row in first["rows"]] == [0.1, None, "NaN"]
    assert first["rows"][2][3] == [0, 1] and first["rows"][0][5] == {"a": 1}
    assert first["rows"][0][2].startswith("2023-11-14") and first["rows"][0][2].endswith("000000001")
    for offset in (0, 28, 59, 99, 100, 500):
        page = volume.ask("rows", "a.parquet", offset=offset, limit=40, columns=["id"])
        assert [row[0] for row in page["rows"]] == [str((1 << 60) + i) for i in range(offset, min(100, offset + 40))]
        assert page["total"] == 100
    volume.write("b.parquet", parquet_bytes(pyarrow.table({"a.b": [1], "a": [{"b": 2}]})))
    assert volume.ask("rows", "b.parquet")["rows"] == [[1, {"b": 2}]]
    assert volume.ask("rows", "b.parquet", columns=["a.b"])["rows"] == [[1]]
    volume.write("c.parquet", parquet_bytes(pyarrow.table({})))
    assert volume.ask("preview", "c.parquet")["columns"] == [] and volume.ask("rows", "c.parquet")["rows"] == []
    # Wide rows: fewer than asked for, and the whole of each.
    monkeypatch.setattr(parquet, "VALUES", 12)
    assert len(volume.ask("rows", "a.parquet", limit=40)["rows"]) == 2


def test_voparquet(volume):
    content = HEAD.format("", '<FIELD name="ra" datatype="double" unit="deg" ucd="pos.eq.ra"><DESCRIPTION>where</DESCRIPTION></FIELD>', "").replace("<DATA>", "</TABLE></RESOURCE></VOTABLE>")
    made = pyarrow.table({"ra": [1.0], "dec": [2.0]}).replace_schema_metadata({"IVOA.VOTable-Parquet.content": content, "IVOA.VOTable-Parquet.version": "1.0"})
    volume.write("a.parquet", parquet_bytes(made))
    said = volume.ask("preview", "a.parquet")
    assert said["voparquet"] is True
    assert said["columns"][0] == {"name": "ra", "type": "double", "unit": "deg", "ucd": "pos.eq.ra", "description": "where"}
    broken = made.replace_schema_metadata({"IVOA.VOTable-Parquet.content": content[:100] + BOMB})
    volume.write("b.parquet", parquet_bytes(broken))
    assert volume.ask("preview", "b.parquet")["columns"][1] == {"name": "dec", "type": "double"}


def test_parquet_of_astropy(volume, tmp_path):
    table(5, texts=False).write(volume.path / "a.parquet", format="parquet")
    ra = volume.ask("preview", "a.parquet")["columns"][1]
    assert (ra["unit"], ra["description"], ra["ucd"]) == ("deg", "Right ascension", "pos.eq.ra")


def test_parquets_that_are_damaged(volume):
    whole = parquet_bytes(pyarrow.table({"x": list(range(1000)), "y": [f"{i}" for i in range(1000)]}), compression="gzip")
    for name, data in {
        "cut": whole[:-100],
        "short": b"PAR1",
        "claims": whole[:-8] + (1 << 31).to_bytes(4, "little") + b"PAR1",
        "nothing": b"PAR1" + b"\0" * 100 + b"PAR1",
        "footer": whole[:-60] + b"\xff" * 52 + whole[-8:],
        "secret": whole[:-4] + b"PARE",
    }.items():
        volume.write("a.parquet", data)
        problem = volume.problem("preview", "a.parquet")
        assert problem["code"] == "unreadable-file", (name, problem)
    volume.write("a.parquet", whole[:4] + b"\xff" * 200 + whole[204:])
    assert volume.ask("preview", "a.parquet")["rows"] == 1000
    assert "row group 0" in volume.problem("rows", "a.parquet")["detail"]


def test_parquet_that_claims_more_columns_than_any(volume):
    def varint(number):
        data = b""
        while number > 127:
            data, number = data + bytes([number & 127 | 128]), number >> 7
        return data + bytes([number])

    # Thrift: version 1, and a list of 10⁹ elements of a schema.
    footer = b"\x15\x02\x19\xfc" + varint(10**9) + b"\x48\x01x" * 10
    volume.write("a.parquet", b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    problem = volume.problem("preview", "a.parquet")
    assert problem["code"] == "unreadable-file"


@pytest.mark.parametrize("texts", [True, False])
def test_ecsv(volume, texts):
    table(30, texts).write(volume.path / "a.ecsv", format="ascii.ecsv")
    said = volume.ask("preview", "a.ecsv")
    assert said["kind"] == "table"
    assert said["columns"][1] == {"name": "ra", "type": "float64", "unit": "deg", "ucd": "pos.eq.ra", "description": "Right ascension"}
    page = volume.ask("rows", "a.ecsv", offset=2, limit=2)
    assert [row[0] for row in page["rows"]] == [str((1 << 60) + 2), str((1 << 60) + 3)]
    assert [row[1] for row in page["rows"]] == [0.5, None]
    assert volume.ask("rows", "a.ecsv", offset=25)["total"] == 30


def test_csv(volume):
    volume.write("a.csv", "\ufeffname,value\n\"x, \"\"y\"\"\nsecond line\",1\r\né,\n,3,4\n".encode())
    said = volume.ask("preview", "a.csv")
    assert (said["kind"], said["columns"], said["rows"], said["delimiter"]) == ("table", [{"name": "name"}, {"name": "value"}], 3, ",")
    page = volume.ask("rows", "a.csv")
    assert page["rows"] == [['x, "y"\nsecond line', "1"], ["é", ""], ["", "3"]]
    assert page["total"] == 3
    assert volume.ask("rows", "a.csv", limit=1)["total"] is None
    volume.write("b.tsv", b"a b\tc\n1\t2\n")
    assert volume.ask("rows", "b.tsv")["rows"] == [["1", "2"]]
    volume.write("c.csv", "a;b\n1,5;é\n".encode("latin-1"))
    assert volume.ask("rows", "c.csv")["rows"] == [["1,5", "é"]]
    volume.write("d.csv", "a,b\nਊ,é\n".encode("utf-16"))
    assert volume.ask("rows", "d.csv")["rows"] == [["ਊ", "é"]]
    volume.write("e.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    assert volume.ask("rows", "e.csv.gz")["rows"] == [["1", "2"]]
    volume.write("f.csv", b"# said\na,b\n")
    assert volume.ask("rows", "f.csv")["rows"] == [] and volume.ask("preview", "f.csv")["columns"][1] == {"name": "b"}
    volume.write("i.csv", b"# made by, a program\n#x , y\n1,2\n")
    said = volume.ask("rows", "i.csv")
    assert [column["name"] for column in said["columns"]] == ["x", "y"] and said["rows"] == [["1", "2"]]
    assert volume.ask("preview", volume.write("g.csv", b""))["kind"] == "text"
    assert volume.ask("preview", volume.write("h.csv", b"\0\1\2"))["kind"] == "binary"


def test_rows_of_a_long_or_damaged_table_are_not_counted(volume, monkeypatch):
    line = b"x" * 99 + b"\n"
    volume.write("a.csv", b"name\n" + line * 30_000)
    assert volume.ask("preview", "a.csv")["rows"] == 30_000
    monkeypatch.setattr(tables, "COUNTED", 1 << 20)
    assert volume.ask("preview", "a.csv")["rows"] is None
    monkeypatch.setattr(tables, "LINE", 200)
    volume.write("b.csv", b"name\n" + line + b"y" * (3 << 20))
    assert volume.ask("preview", "b.csv")["rows"] is None


def test_lines_without_end(volume):
    volume.write("a.csv", b"a,b\n" + b"x" * (6 << 20))
    problem = volume.problem("rows", "a.csv")
    assert problem["code"] == "unreadable-file" and "line 2" in problem["detail"] and "byte 4" in problem["detail"]
    volume.write("b.csv", b'a,b\n"' + b"x\n" * (3 << 20))
    assert volume.problem("rows", "b.csv")["code"] == "unreadable-file"


def test_yaml_that_means_harm(volume):
    header = "# %ECSV 1.0\n# ---\n# datatype:\n# - !!python/object/apply:os.system ['touch /tmp/harm']\na b\n1 2\n"
    volume.write("a.ecsv", header.encode())
    assert [column["name"] for column in volume.ask("preview", "a.ecsv")["columns"]] == ["a", "b"]


def ecsv(*lines):
    return "".join(f"# {line}\n" for line in ("%ECSV 1.0", "---", *lines)) + "a b\n1 2\n"


def test_yaml_that_grows(volume):
    """By aliases of lists, by keys that merge, by depth, and by lines of which there are many."""
    lists = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}' if i else 'x'] * 9)}]" for i in range(9)]
    maps = ["m0: &m0 {k: v}", *[f"m{i}: &m{i} {{<<: [{', '.join([f'*m{i - 1}'] * 9)}]}}" for i in range(1, 9)]]
    meant = ["datatype:", "- {name: &n first, datatype: int64, unit: *l8, description: *n, meta: !!omap [{other: 1}, {ucd: meta.id}]}", "- {name: no, unit: {<<: *m8}}"]
    volume.write("a.ecsv", ecsv(*lists, *maps, *meant).encode())
    expected = [{"name": "first", "type": "int64", "ucd": "meta.id", "description": "first"}, {"name": "no"}]
    assert volume.ask("preview", "a.ecsv")["columns"] == expected
    volume.write("b.ecsv", ecsv("datatype: " + "- " * 1_000_000 + "x").encode())
    volume.write("c.ecsv", ecsv("datatype:", *["- " * 1000 + "x"] * 2, "").encode())
    volume.write("d.ecsv", ecsv(*["-"] * 500_000).encode())
    for name in ("b.ecsv", "c.ecsv", "d.ecsv"):
        assert [column["name"] for column in volume.ask("preview", name)["columns"]] == ["a", "b"]


def test_parquet_with_a_damaged_header_of_astropy(volume):
    made = pyarrow.table({"a": [1]}).replace_schema_metadata({"table_meta_yaml": "datatype: ["})
    volume.write("a.parquet", parquet_bytes(made))
    assert volume.ask("preview", "a.parquet")["columns"] == [{"name": "a", "type": "int64"}]


def test_base64_of_strange_shape(volume):
    data = base64.b64encode(b"".join(i.to_bytes(4, "big") for i in range(10))).decode()
    spaced = "\n ".join(data[i : i + 7] for i in range(0, len(data), 7))
    volume.write("a.vot", (HEAD.format("", FIELD, f'<BINARY><STREAM encoding="base64">\n{spaced}\n</STREAM></BINARY>') + END).encode())
    assert volume.ask("preview", "a.vot")["tables"][0]["rows"] == 10
    assert volume.ask("rows", "a.vot", offset=7)["rows"] == [[7], [8], [9]]


def test_given_up(volume):
    volume.write("a.vot", vot(table(200)))
    with pytest.raises(Exception, match="cancelled"):
        volume.ask("rows", "a.vot", task=Task(left=3))
