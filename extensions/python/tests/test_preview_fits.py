"""FITS: headers without data, images of every kind of number, rows with units, and what breaks the standard."""

import bz2
import gzip
import io
import json
import lzma

import numpy
import pytest
from astropy.io import fits
from PIL import Image

from jupyter_datalabs.volumes.failure import Failure
from previews import Task, Volume


@pytest.fixture
def volume(tmp_path):
    return Volume(tmp_path)


#: The colour of pixels without a value.
BLANK = (0x4D, 0xA6, 0xFF)


def written(*hdus):
    output = io.BytesIO()
    fits.HDUList([*hdus]).writeto(output)
    return output.getvalue().replace(b"XSCAL8", b"TSCAL8").replace(b"XZERO8", b"TZERO8")


def pixels(answer):
    """The colours of an image, its first row first, and what is said about it."""
    body, headers = answer
    assert headers["Content-Type"] == "image/png"
    shown = numpy.asarray(Image.open(io.BytesIO(body)).convert("RGBA"))[::-1]
    return shown, json.loads(headers["X-Datalabs-Image"])


def table():
    columns = [
        fits.Column("id", "K", array=[1 << 60, 2, 3]),
        fits.Column("flux", "E", unit="uJy", array=[0.1, numpy.nan, numpy.inf]),
        fits.Column("name", "5A", array=["a", "bc", "def"]),
        fits.Column("count", "J", null=-9, array=[4, -9, 6]),
        fits.Column("far", "K", null=-(1 << 63), array=[-(1 << 63), 1, -(1 << 62)]),
        fits.Column("unsigned", "I", bzero=32768, array=numpy.array([0, 40000, 65535], "u2")),
        fits.Column("huge", "K", bzero=1 << 63, array=numpy.array([(1 << 64) - 1, 0, 5], "u8")),
        fits.Column("scaled", "I", array=[1, 2, 4]),
        fits.Column("vector", "3D", array=[[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
        fits.Column("flag", "L", array=[True, False, True]),
        fits.Column("many", "PJ()", array=numpy.array([numpy.arange(2), numpy.arange(100), numpy.array([], int)], dtype=object)),
        fits.Column("z", "C", array=[1 + 2j, 0, 1j]),
    ]
    hdu = fits.BinTableHDU.from_columns(columns, name="CAT", header=fits.Header({"TUCD2": "phot.flux"}))
    hdu.header["TCOMM2"] = "how bright"
    # As `written` writes them: astropy would rather change the values.
    hdu.header["XSCAL8"], hdu.header["XZERO8"] = 0.5, 10
    return hdu


def test_headers_of_all_hdus(volume):
    cube = fits.ImageHDU(numpy.zeros((2, 3, 4), "i2"), name="CUBE")
    cube.header["BUNIT"] = "adu"
    cube.header["LONG"] = "x" * 100
    cube.header["HIERARCH ESO thing"] = 2.5
    cube.header["COMMENT"] = "said"
    cube.header["EMPTY"] = None
    volume.write("a.fits", written(fits.PrimaryHDU(), cube, table()))
    said = volume.ask("preview", "a.fits")
    assert said["kind"] == "fits" and "more" not in said
    empty, image, rows = said["hdus"]
    assert [hdu["type"] for hdu in said["hdus"]] == ["empty", "image", "table"]
    assert [hdu["name"] for hdu in said["hdus"]] == ["PRIMARY", "CUBE", "CAT"]
    assert image["dims"] == [4, 3, 2] and image["pixel"] == "int16" and image["unit"] == "adu"
    cards = {card[0]: card[1] for card in image["cards"]}
    assert cards["LONG"] == "x" * 100 and cards["ESO thing"] == 2.5 and cards["COMMENT"] == "said" and cards["EMPTY"] is None
    assert rows["rows"] == 3
    types = {column["name"]: column["type"] for column in rows["columns"]}
    assert types == {
        "id": "int64", "flux": "float32", "name": "char", "count": "int32", "far": "int64", "unsigned": "uint16", "huge": "uint64", "scaled": "float64",
        "vector": "float64[3]", "flag": "boolean", "many": "int32[]", "z": "complex64",
    }
    assert rows["columns"][1] == {"name": "flux", "type": "float32", "format": "E", "unit": "uJy", "ucd": "phot.flux", "description": "how bright"}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed(volume, pack):
    volume.write("a.fits.gz", pack(written(fits.PrimaryHDU(numpy.arange(12.0).reshape(3, 4)), table())))
    said = volume.ask("preview", "a.fits.gz")
    assert said["packed"] and [hdu["type"] for hdu in said["hdus"]] == ["image", "table"]
    _, info = pixels(volume.ask("image", "a.fits.gz", interval="minmax"))
    assert (info["shape"], info["low"], info["high"]) == ([3, 4], 0, 11)
    assert volume.ask("rows", "a.fits.gz", hdu=1, offset=2)["rows"][0][0] == 3


def test_of_a_large_packed_file_only_the_beginning_is_unpacked(volume, monkeypatch):
    from jupyter_datalabs.volumes.preview import fits as reader

    monkeypatch.setattr(reader, "UNPACKED", 1 << 16)
    volume.write("a.fits.gz", gzip.compress(written(fits.PrimaryHDU(numpy.zeros((200, 200))), table())))
    said = volume.ask("preview", "a.fits.gz")
    assert len(said["hdus"]) == 1 and said["more"] is True
    # Asked for, it is found all the same.
    assert volume.ask("rows", "a.fits.gz", hdu=1)["total"] == 3


def test_rows(volume):
    volume.write("a.fits", written(fits.PrimaryHDU(), table()))
    said = volume.ask("rows", "a.fits", hdu=1)
    names = [column["name"] for column in said["columns"]]
    values = {name: [row[i] for row in said["rows"]] for i, name in enumerate(names)}
    assert values["id"] == [str(1 << 60), 2, 3]
    assert values["flux"] == [0.1, "NaN", "Infinity"]
    assert values["count"] == [4, None, 6]
    assert values["far"] == [None, 1, str(-(1 << 62))]
    assert values["unsigned"] == [0, 40000, 65535] and all(isinstance(value, int) for value in values["unsigned"])
    assert values["huge"] == [str((1 << 64) - 1), 0, 5]
    assert values["scaled"] == [10.5, 11, 12]
    assert values["vector"][1] == [4, 5, 6]
    assert values["flag"] == [True, False, True]
    assert values["many"][0] == [0, 1] and values["many"][2] == []
    assert values["many"][1] == [*range(64), "…"]
    assert values["z"][0] == "(1+2j)"
    part = volume.ask("rows", "a.fits", hdu=1, offset=1, limit=1, columns=["count", "id"])
    assert (part["rows"], part["total"], part["offset"]) == ([[2, None]], 3, 1)
    assert volume.ask("rows", "a.fits", hdu=1, offset=3)["rows"] == []
    assert volume.problem("rows", "a.fits", hdu=0)["code"] == "bad-request"
    assert volume.problem("rows", "a.fits", hdu=7)["code"] == "bad-request"


def test_rows_that_are_wide(volume, monkeypatch):
    from jupyter_datalabs.volumes.preview import fits as reader

    volume.write("a.fits", written(fits.PrimaryHDU(), table()))
    monkeypatch.setattr(reader, "VALUES", 160)
    assert len(volume.ask("rows", "a.fits", hdu=1)["rows"]) == 2
    assert len(volume.ask("rows", "a.fits", hdu=1, columns=["id"])["rows"]) == 3
    monkeypatch.setattr(reader, "VALUES", 1)
    assert len(volume.ask("rows", "a.fits", hdu=1, offset=2)["rows"]) == 1


def test_rows_of_text(volume):
    hdu = fits.TableHDU.from_columns([fits.Column("n", "I5", array=[1, 2]), fits.Column("x", "F8.3", array=[1.5, 2.5]), fits.Column("s", "A3", array=["a", "b"])])
    volume.write("a.fits", written(fits.PrimaryHDU(), hdu))
    assert volume.ask("rows", "a.fits", hdu=1, offset=1)["rows"] == [[2, 2.5, "b"]]


@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "i8", "f4", "f8", "u2"])
def test_image_of_every_number(volume, kind):
    volume.write("a.fits", written(fits.PrimaryHDU(numpy.arange(200).reshape(10, 20).astype(kind))))
    shown, info = pixels(volume.ask("image", "a.fits", interval="minmax"))
    assert (info["shape"], info["low"], info["high"], info["step"]) == ([10, 20], 0, 199, 1)
    assert shown.shape == (10, 20, 4)
    assert tuple(shown[0, 0]) == (0, 0, 0, 255) and tuple(shown[-1, -1]) == (255, 255, 255, 255)
    assert shown[0, 5, 0] < shown[0, 15, 0] < shown[5, 0, 0]


def test_blank_and_scale(volume):
    hdu = fits.PrimaryHDU(numpy.array([[1, -5], [3, 4]], "i2"))
    hdu.header["BLANK"] = -5
    data = written(hdu)
    data = data.replace(b"EXTEND  =                    T", b"BSCALE  =                  2.0")
    assert b"BSCALE" in data
    volume.write("a.fits", data)
    shown, info = pixels(volume.ask("image", "a.fits", interval="minmax"))
    assert (info["low"], info["high"]) == (2, 8)
    assert (tuple(shown[0, 1, :3]), info["blank"]) == (BLANK, 1)


def test_without_any_value(volume):
    volume.write("a.fits", written(fits.PrimaryHDU(numpy.full((4, 4), numpy.nan, "f4"))))
    for interval in ("zscale", "minmax", "percentile"):
        shown, info = pixels(volume.ask("image", "a.fits", interval=interval))
        assert info["low"] is None and info["blank"] == 16 and (shown[..., :3] == BLANK).all()


def test_same_value_everywhere_and_infinite_ones(volume):
    values = numpy.full((4, 4), 7, "f4")
    values[0, 0] = numpy.inf
    volume.write("a.fits", written(fits.PrimaryHDU(values)))
    for interval in ("zscale", "minmax", "percentile"):
        shown, info = pixels(volume.ask("image", "a.fits", interval=interval))
        assert (info["low"], info["high"], info["blank"]) == (7, 7, 0) and (shown[..., :3] != BLANK).any(axis=-1).all()


@pytest.mark.parametrize(("h", "w", "size"), [(100, 70, 10), (101, 67, 10), (7, 1000, 16), (1000, 3, 16), (33, 33, 32)])
def test_blocks_are_averaged(volume, h, w, size):
    values = numpy.random.default_rng(1).normal(size=(h, w)).astype("f4")
    values[h // 2, w // 2] = numpy.nan
    volume.write("a.fits", written(fits.PrimaryHDU(values)))
    shown, info = pixels(volume.ask("image", "a.fits", width=size, height=size, interval="minmax"))
    step = info["step"]
    blocks = [[numpy.nanmean(values[y : y + step, x : x + step]) for x in range(0, w, step)] for y in range(0, h, step)]
    assert shown.shape[:2] == (len(blocks), len(blocks[0])) and max(shown.shape[:2]) <= size
    assert info["low"] == pytest.approx(numpy.nanmin(values), rel=1e-5) and info["high"] == pytest.approx(numpy.nanmax(values), rel=1e-5)
    expected = 255 * (numpy.array(blocks) - info["low"]) / (info["high"] - info["low"])
    assert abs(shown[..., 0] - expected).max() < 2


def test_large_ones_are_looked_at_in_part(volume, monkeypatch):
    from jupyter_datalabs.volumes.preview import pixels as reader

    values = numpy.arange(100.0)[:, None] + numpy.zeros((1, 300))
    volume.write("a.fits", written(fits.PrimaryHDU(values)))
    for name, value in (("PIXELS", 3000), ("LONG", 100)):
        with monkeypatch.context() as patch:
            patch.setattr(reader, name, value)
            _, info = pixels(volume.ask("image", "a.fits", width=30, height=30, interval="minmax"))
            assert info["low"] == pytest.approx(4.5, abs=1) and info["high"] == pytest.approx(94.5, abs=1)


def test_planes(volume):
    cube = numpy.arange(2 * 3 * 4 * 5, dtype="f4").reshape(2, 3, 4, 5)
    for name, hdu in (("a.fits", fits.ImageHDU(cube)), ("b.fits", fits.CompImageHDU(cube.astype("i4"), compression_type="RICE_1"))):
        volume.write(name, written(fits.PrimaryHDU(), hdu))
        for plane in range(6):
            _, info = pixels(volume.ask("image", name, hdu=1, plane=plane, interval="minmax"))
            assert (info["planes"], info["low"], info["high"]) == (6, plane * 20, plane * 20 + 19)
        assert volume.problem("image", name, hdu=1, plane=6)["code"] == "bad-request"
        # The first image there is.
        assert pixels(volume.ask("image", name))[1]["shape"] == [4, 5]


@pytest.mark.parametrize(("how", "tile"), [("RICE_1", None), ("RICE_1", (16, 16)), ("GZIP_2", None), ("PLIO_1", None), ("HCOMPRESS_1", (25, 16))])
def test_compressed_tiles(volume, how, tile):
    values = numpy.arange(50 * 64).reshape(50, 64).astype("i2")
    volume.write("a.fits.fz", written(fits.PrimaryHDU(), fits.CompImageHDU(values, compression_type=how, tile_shape=tile)))
    said = volume.ask("preview", "a.fits.fz")["hdus"][1]
    assert (said["type"], said["dims"], said["pixel"], said["compression"]) == ("image", [64, 50], "int16", how)
    _, info = pixels(volume.ask("image", "a.fits.fz", hdu=1, width=32, height=32, interval="minmax"))
    assert (info["step"], info["low"], info["high"]) == (2, 0, 3199)


def test_compressed_fractions(volume):
    values = numpy.random.default_rng(2).normal(100, 5, (64, 64)).astype("f4")
    values[3, 3] = numpy.nan
    volume.write("a.fits.fz", written(fits.PrimaryHDU(), fits.CompImageHDU(values, compression_type="RICE_1", quantize_level=64)))
    shown, info = pixels(volume.ask("image", "a.fits.fz", hdu=1, interval="minmax"))
    assert info["low"] == pytest.approx(numpy.nanmin(values), abs=0.2)
    assert tuple(shown[3, 3, :3]) == BLANK and info["blank"] == 1


@pytest.mark.parametrize("stretch", ["linear", "log", "sqrt", "asinh"])
@pytest.mark.parametrize("colours", ["gray", "viridis", "inferno", "magma", "gray_r"])
def test_looks(volume, stretch, colours):
    volume.write("a.fits", written(fits.PrimaryHDU(numpy.arange(256.0)[None, :])))
    shown, _ = pixels(volume.ask("image", "a.fits", stretch=stretch, interval="minmax", map=colours))
    light = shown[0, :, :3].astype(int) @ [299, 587, 114]
    assert (numpy.diff(light) * (-1 if colours == "gray_r" else 1) >= -1000).all()
    assert tuple(shown[0, 0, :3]) == {"gray": (0, 0, 0), "gray_r": (255,) * 3, "viridis": (68, 1, 84)}.get(colours, (0, 0, 4))


def test_names_that_are_not_utf8(volume):
    name = volume.write("bad\udcff.fits", written(fits.PrimaryHDU(numpy.zeros((2, 2))), table()))
    assert volume.ask("preview", name)["kind"] == "fits"
    assert volume.ask("rows", name, hdu=1)["total"] == 3
    assert pixels(volume.ask("image", name))[1]["shape"] == [2, 2]


def card(text):
    return text.ljust(80).encode()


def raw(*cards, data=b"", size=2880):
    header = b"".join(map(card, [*cards, "END"]))
    return header + b" " * (-len(header) % size) + data


SIMPLE = ("SIMPLE  =                    T", "BITPIX  =                   16")


@pytest.mark.parametrize(
    ("cards", "what"),
    [
        (("SIMPLE  =                    T", "BITPIX  =                   17", "NAXIS   =                    0"), "BITPIX is 17"),
        ((*SIMPLE, "NAXIS   =                 1000"), "NAXIS is 1000"),
        ((*SIMPLE, "NAXIS   =                    2", "NAXIS1  =                   -1"), "NAXIS1 is -1"),
        ((*SIMPLE, "NAXIS   =                    2", "NAXIS1  = 'many'"), "NAXIS1 is 'many'"),
        ((*SIMPLE, "NAXIS   =                    1"), "NAXIS1 is missing"),
        (("SIMPLE  =                    T",), "BITPIX is None"),
    ],
)
def test_headers_that_say_nonsense(volume, cards, what):
    volume.write("a.fits", raw(*cards))
    problem = volume.problem("preview", "a.fits")
    assert problem["code"] == "unreadable-file"
    assert what in problem["detail"] or what == "BITPIX is None" and "is missing" in problem["detail"]
    assert "byte 0" in problem["detail"]


def test_claims_of_more_than_there_is(volume):
    volume.write("a.fits", raw(*SIMPLE, "NAXIS   =                    2", f"NAXIS1  = {10**18:>20}", "NAXIS2  =                    2", data=b"\0" * 2880))
    said = volume.ask("preview", "a.fits")
    assert said["hdus"][0]["truncated"] is True and said["hdus"][0]["dims"] == [10**18, 2]
    assert volume.problem("image", "a.fits")["code"] == "unreadable-file"
    wide = ["XTENSION= 'BINTABLE'", "BITPIX  =                    8", "NAXIS   =                    2", f"NAXIS1  = {10**18:>20}", f"NAXIS2  = {10**18:>20}", "PCOUNT  =                    0", "GCOUNT  =                    1", "TFIELDS =                    1", "TFORM1  = 'J'"]
    volume.write("b.fits", raw(*SIMPLE, "NAXIS   =                    0") + raw(*wide, data=b"\0" * 2880))
    assert volume.ask("preview", "b.fits")["hdus"][1]["rows"] == 10**18
    assert "bytes" in volume.problem("rows", "b.fits", hdu=1)["detail"]
    wide[3] = "NAXIS1  =                    8"
    volume.write("b.fits", raw(*SIMPLE, "NAXIS   =                    0") + raw(*wide, data=b"\0" * 2880))
    assert volume.problem("rows", "b.fits", hdu=1)["code"] == "unreadable-file"


def test_cut_off(volume):
    whole = written(fits.PrimaryHDU(numpy.zeros((100, 100))), table())
    for size in (2879, 3000, 5000, len(whole) - 5760 - 100):
        volume.write("a.fits", whole[:size])
        for method in ("preview", "image", "rows"):
            said = volume.either(method, "a.fits")
            if "code" in said:
                assert said["code"] in ("unreadable-file", "bad-request")
            elif method == "preview":
                assert said["hdus"][-1].get("truncated") or said.get("problem")
    volume.write("a.fits", whole[:5000])
    assert "byte" in volume.problem("image", "a.fits")["detail"]
    volume.write("a.fits.gz", gzip.compress(whole)[:200])
    assert volume.problem("rows", "a.fits.gz", hdu=1)["code"] == "unreadable-file"


def test_damaged_tiles(volume):
    whole = bytearray(written(fits.PrimaryHDU(), fits.CompImageHDU(numpy.arange(6400, dtype="i4").reshape(80, 80))))
    start = whole.index(b"XTENSION")
    first = start + (whole.index(b"END     ", start) - start + 2880) // 2880 * 2880
    whole[first : first + 400] = b"\xff" * 400
    volume.write("a.fits", bytes(whole))
    assert volume.problem("image", "a.fits", hdu=1)["code"] in ("unreadable-file", "too-large")


def test_bytes_that_no_card_has(volume):
    volume.write("a.fits", raw(*SIMPLE, "NAXIS   =                    0", "BAD     = \x01\x02 / \x7f", "lower   = 3", "NOVALUE"))
    cards = volume.ask("preview", "a.fits")["hdus"][0]["cards"]
    assert [card[0] for card in cards][:3] == ["SIMPLE", "BITPIX", "NAXIS"] and len(cards) == 6
    data = bytearray(raw(*SIMPLE, "NAXIS   =                    0", "COMMENT x"))
    data[260:270] = b"\xff" * 10
    volume.write("b.fits", bytes(data))
    assert volume.ask("preview", "b.fits")["kind"] == "fits"


def test_long_headers_are_given_in_parts(volume):
    many = [f"KEY{i:<5}= {i:>20}" for i in range(50_000)]
    volume.write("a.fits", raw(*SIMPLE, "NAXIS   =                    0", *many) + raw("XTENSION= 'IMAGE   '", "BITPIX  =                    8", "NAXIS   =                    0", "EXTNAME = 'NEXT'"))
    first, second = volume.ask("preview", "a.fits")["hdus"]
    assert len(first["cards"]) == 2000 and first["more"] is True
    assert second["name"] == "NEXT" and "more" not in second
    (part,) = volume.ask("preview", "a.fits", hdu=0, offset=2000)["hdus"]
    assert part["cards"][0][0] == "KEY1997"


def test_many_hdus(volume):
    one = raw("XTENSION= 'IMAGE   '", "BITPIX  =                    8", "NAXIS   =                    0")
    volume.write("a.fits", raw(*SIMPLE, "NAXIS   =                    0") + one * 1200)
    said = volume.ask("preview", "a.fits")
    assert len(said["hdus"]) == 1000 and said["more"] is True
    assert volume.ask("preview", "a.fits", hdu=1100)["hdus"][0]["index"] == 1100


def test_damage_behind_what_can_be_read(volume):
    volume.write("a.fits", written(fits.PrimaryHDU(numpy.zeros((2, 2)))) + raw("XTENSION= 'IMAGE   '", "BITPIX  =                    1", "NAXIS   =                    0"))
    said = volume.ask("preview", "a.fits")
    assert len(said["hdus"]) == 1 and said["problem"]["code"] == "unreadable-file" and "BITPIX" in said["problem"]["detail"]
    assert volume.ask("preview", "a.fits", hdu=0)["hdus"][0]["type"] == "image"
    assert volume.problem("preview", "a.fits", hdu=1)["code"] == "unreadable-file"


def test_not_fits_at_all(volume):
    volume.write("a.fits", b"hello\n")
    problem = volume.problem("preview", "a.fits")
    assert problem["code"] == "unreadable-file" and "SIMPLE" in problem["detail"]
    assert volume.ask("text", "a.fits")["text"] == "hello\n"


def test_given_up(volume):
    volume.write("a.fits", written(fits.PrimaryHDU(numpy.zeros((500, 500)))))
    with pytest.raises(Failure) as failure:
        volume.ask("image", "a.fits", task=Task(left=5), width=100, height=100)
    assert failure.value.code == "cancelled"
