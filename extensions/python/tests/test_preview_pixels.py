"""What a picture of a FITS image says about its pixels: limits, pixels without a value, masks, native pixels, and what one is."""

import gzip

import numpy
import pytest
from astropy.io import fits
from astropy.visualization import ZScaleInterval

from jupyter_datalabs.volumes.failure import Failure
from jupyter_datalabs.volumes.preview import pixels as reader
from jupyter_datalabs.volumes.requests import FIELDS, check
from previews import Volume
from test_preview_fits import pixels, written


@pytest.fixture
def volume(tmp_path):
    return Volume(tmp_path)


def sky(others):
    """The WCS of a tangent plane with RA 150°, Dec 2° at the third pixel of the second row, and pixels of 0.1″."""
    wcs = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 150.0, "CRVAL2": 2.0, "CRPIX1": 3.0, "CRPIX2": 2.0, "CDELT1": -0.1 / 3600, "CDELT2": 0.1 / 3600}
    return fits.Header({**wcs, **others})


@pytest.mark.parametrize("pack", ["plain", "tiles"])
def test_limits_are_those_of_the_pixels(volume, pack):
    values = numpy.random.default_rng(3).normal(0, 1, (600, 500)).astype("f4")
    values[100, 100], values[200, 200], values[300, 300] = 5219, -50, numpy.nan
    compress = {"compression_type": "GZIP_2", "quantize_level": 0}
    hdus = [fits.PrimaryHDU(values)] if pack == "plain" else [fits.PrimaryHDU(), fits.CompImageHDU(values, **compress)]
    volume.write("a.fits", written(*hdus))
    there = values[numpy.isfinite(values)]
    for interval, low, high in [
        ("minmax", -50, 5219), ("percentile", *numpy.percentile(there, [0.25, 99.75])), ("zscale", *ZScaleInterval().get_limits(there)),
    ]:
        _, info = pixels(volume.ask("image", "a.fits", width=50, height=50, interval=interval))
        assert (info["low"], info["high"]) == (pytest.approx(low, rel=1e-5), pytest.approx(high, rel=1e-5))
        assert (info["seen"], info["blank"], info["step"], info["how"]) == (300_000, 1, 12, "average")


def test_limits_of_a_sample_are_near(volume, monkeypatch):
    monkeypatch.setattr(reader, "SAMPLE", 5000)
    monkeypatch.setattr(reader, "HELD", 100_000)
    values = numpy.random.default_rng(3).normal(0, 1, (600, 500)).astype("f4")
    volume.write("a.fits", written(fits.PrimaryHDU(values)))
    _, info = pixels(volume.ask("image", "a.fits", width=50, height=50, interval="percentile"))
    assert (info["low"], info["high"]) == (pytest.approx(-2.8, abs=0.5), pytest.approx(2.8, abs=0.5))


def test_of_a_large_image_it_is_said_how_much_was_looked_at(volume, monkeypatch):
    monkeypatch.setattr(reader, "PIXELS", 3000)
    volume.write("a.fits", written(fits.PrimaryHDU(numpy.ones((100, 300), "f4"))))
    _, info = pixels(volume.ask("image", "a.fits", width=30, height=30))
    assert info["seen"] == 3000


@pytest.mark.parametrize("name", ["DQ", "FLAG_MAP", "mask", "SEGMAP"])
def test_of_flags_there_is_one_of_the_pixels_and_no_average(volume, name):
    flags = numpy.zeros((120, 90), "i2")
    flags[::2, ::3] = 4096
    for file, hdu in (("a.fits", fits.ImageHDU(flags, name=name)), ("b.fits", fits.CompImageHDU(flags, name=name))):
        volume.write(file, written(fits.PrimaryHDU(), hdu))
        shown, info = pixels(volume.ask("image", file, hdu=1, width=20, height=20, interval="minmax"))
        assert set(shown[..., 0].flat) <= {0, 255} and (info["low"], info["high"]) == (0, 4096)
        assert info["how"] == "nearest"


def test_flags_by_the_name_of_the_file_and_numbers_that_are_none(volume):
    for file, values, how in [
        ("EUC_MER_FINAL-SEGMAP_TILE1.fits", numpy.ones((9, 9), "i4"), "nearest"), ("a_flg.fits", numpy.ones((9, 9), "u1"), "nearest"),
        ("flagship.fits", numpy.ones((9, 9), "i4"), "average"), ("a_mask.fits", numpy.ones((9, 9), "f4"), "average"),
    ]:
        volume.write(file, written(fits.PrimaryHDU(values)))
        assert pixels(volume.ask("image", file, width=3, height=3))[1]["how"] == how


def test_pixels_without_a_value_have_a_colour_of_their_own(volume):
    values = numpy.arange(16, dtype="f4").reshape(4, 4)
    values[0, 0] = numpy.nan
    volume.write("a.fits", written(fits.PrimaryHDU(values)))
    for colours in ("gray", "gray_r", "viridis", "inferno", "magma"):
        shown, info = pixels(volume.ask("image", "a.fits", map=colours, interval="minmax"))
        assert shown[..., 3].all() and info["blank"] == 1
        others = {tuple(colour) for colour in shown.reshape(-1, 4)[1:]}
        assert tuple(shown[0, 0]) not in others and shown[0, 0, 2] > shown[0, 0, 0]


@pytest.mark.parametrize("kind", ["plain", "gzip", "tiles"])
def test_native_pixels_around_a_place(volume, kind):
    values = numpy.arange(200 * 300, dtype="i4").reshape(200, 300)
    hdu = fits.CompImageHDU(values, tile_shape=(30, 40)) if kind == "tiles" else fits.ImageHDU(values)
    data = written(fits.PrimaryHDU(), hdu)
    volume.write("a.fits", gzip.compress(data) if kind == "gzip" else data)
    ask = {"hdu": 1, "left": 100, "bottom": 150, "width": 64, "height": 100, "low": 0, "high": 60_000}
    shown, info = pixels(volume.ask("image", "a.fits", **ask))
    # Up to the edge of the image.
    assert shown.shape[:2] == (50, 64)
    assert (info["shape"], info["step"], info["left"], info["bottom"], info["low"], info["high"]) == ([200, 300], 1, 100, 150, 0, 60_000)
    expected = 254 * values[150:200, 100:164] / 60_000
    assert abs(shown[..., 0] - expected).max() < 2
    assert volume.problem("image", "a.fits", **{**ask, "left": 300})["code"] == "bad-request"


@pytest.mark.parametrize("low", [float("nan"), float("inf"), 10**400, True, "0"])
def test_limits_that_are_no_numbers_are_refused(low):
    with pytest.raises(Failure):
        check({"volume": "v", "path": "a", "low": low}, FIELDS["image"])


def test_native_pixels_of_a_wide_image_take_no_whole_rows(volume, monkeypatch):
    monkeypatch.setattr(reader, "HELD", 1000)
    values = numpy.arange(20 * 3000, dtype="f4").reshape(20, 3000)
    volume.write("a.fits", written(fits.PrimaryHDU(values)))
    shown, _ = pixels(volume.ask("image", "a.fits", left=500, bottom=5, width=10, height=8, low=0, high=60_000))
    assert abs(shown[..., 0] - 254 * values[5:13, 500:510] / 60_000).max() < 2


def test_what_a_pixel_is(volume):
    values = numpy.array([[1.5, 0.1, numpy.nan], [3, 4, 5]], "f4")
    volume.write("a.fits", written(fits.PrimaryHDU(values, header=sky({"BUNIT": "adu"}))))
    said = volume.ask("pixel", "a.fits", x=1, y=0)
    assert (said["value"], said["unit"]) == (0.1, "adu")
    said = volume.ask("pixel", "a.fits", x=2, y=1)
    (ra, alpha, degrees), (dec, delta, _) = said["world"]
    assert (ra, dec, degrees, said["value"]) == ("RA", "DEC", "deg", 5)
    assert (alpha, delta) == (pytest.approx(150, abs=1e-9), pytest.approx(2, abs=1e-9))
    assert volume.ask("pixel", "a.fits", x=2, y=0)["value"] == "NaN"
    assert volume.problem("pixel", "a.fits", x=3, y=0)["code"] == "bad-request"


@pytest.mark.parametrize("kind", ["u2", "i4", "i8", "f8"])
def test_values_are_exact(volume, kind):
    value = {"u2": 65535, "i4": (1 << 30) + 1, "i8": (1 << 52) + 1, "f8": 0.1}[kind]
    volume.write("a.fits", written(fits.PrimaryHDU(numpy.full((3, 3), value, kind))))
    assert volume.ask("pixel", "a.fits", x=1, y=2)["value"] == value
    if kind != "i8":
        volume.write("b.fits", written(fits.PrimaryHDU(), fits.CompImageHDU(numpy.full((3, 3), value, kind), compression_type="GZIP_1", quantize_level=0)))
        assert volume.ask("pixel", "b.fits", hdu=1, x=1, y=2)["value"] == value


def test_a_pixel_of_a_cube_has_its_third_axis(volume):
    cube = numpy.arange(24, dtype="f4").reshape(4, 3, 2)
    header = sky({})
    header.update({"CTYPE3": "WAVE", "CRVAL3": 5e-7, "CRPIX3": 1.0, "CDELT3": 1e-9, "CUNIT3": "m"})
    volume.write("a.fits", written(fits.PrimaryHDU(cube, header=header)))
    said = volume.ask("pixel", "a.fits", x=0, y=1, plane=2)
    assert said["value"] == 14 and [axis[0] for axis in said["world"]] == ["RA", "DEC", "WAVE"]
    assert said["world"][2][1] == pytest.approx(5.02e-7)


def test_what_no_wcs_understands(volume):
    hdu = fits.PrimaryHDU(numpy.ones((2, 2)))
    hdu.header["CTYPE1"], hdu.header["CTYPE2"] = "RA---TAN", "RA---TAN"
    volume.write("a.fits", written(hdu))
    assert volume.ask("pixel", "a.fits", x=0, y=0) == {"value": 1}
    volume.write("b.fits", written(fits.PrimaryHDU(numpy.ones((2, 2)))))
    assert volume.ask("pixel", "b.fits", x=0, y=0) == {"value": 1}


def test_a_distortion_in_another_hdu_is_left_out_and_that_is_said(volume):
    header = sky({"CPDIS1": "LOOKUP", "DP1": "EXTVER: 1", "D2IMDIS1": "LOOKUP"})
    volume.write("a.fits", written(fits.PrimaryHDU(numpy.ones((2, 3)), header=header)))
    said = volume.ask("pixel", "a.fits", x=2, y=1)
    assert said["world"][0][1] == pytest.approx(150, abs=1e-6) and said["approximate"] is True


def test_values_of_a_spectrum_are_rows(volume):
    header = fits.Header([("CTYPE1", "WAVE"), ("CRVAL1", 4000.0), ("CRPIX1", 1.0), ("CDELT1", 2.0), ("CUNIT1", "Angstrom"), ("BUNIT", "Jy")])
    for name, hdu in (("a.fits", fits.ImageHDU(numpy.arange(700, dtype="f4") / 10, header=header)), ("b.fits", fits.ImageHDU(numpy.arange(700, dtype="f4")[None, :] / 10, header=header))):
        volume.write(name, written(fits.PrimaryHDU(), hdu))
        said = volume.ask("rows", name, hdu=1, offset=500, limit=2)
        assert [column["name"] for column in said["columns"]] == ["pixel", "WAVE", "value"] and said["columns"][2]["unit"] == "Jy"
        assert said["total"] == 700 and said["rows"][0] == [501, pytest.approx(5000), 50] and said["columns"][1]["unit"] == "Angstrom"
        assert volume.ask("rows", name, hdu=1, columns=["value"], offset=699)["rows"] == [[69.9]]


def test_the_header_of_a_compressed_image_is_that_of_the_image(volume):
    hdu = fits.CompImageHDU(numpy.zeros((6, 8), "f4"), name="SCI")
    hdu.header["OBJECT"] = "M31"
    volume.write("a.fits.fz", written(fits.PrimaryHDU(), hdu))
    cards = {card[0]: card[1] for card in volume.ask("preview", "a.fits.fz")["hdus"][1]["cards"]}
    assert (cards["XTENSION"], cards["BITPIX"], cards["NAXIS1"], cards["NAXIS2"], cards["OBJECT"]) == ("IMAGE", -32, 8, 6, "M31")
    assert not {"ZIMAGE", "TFIELDS", "ZCMPTYPE"} & cards.keys()


def test_numbers_of_a_header_come_as_they_are_written_too(volume):
    hdu = fits.PrimaryHDU(numpy.zeros((2, 2), "i2"))
    hdu.header["LONPOLE"], hdu.header["SMALL"], hdu.header["COUNT"] = 180.0, 1e-5, 3
    volume.write("a.fits", written(hdu))
    cards = {card[0]: card for card in volume.ask("preview", "a.fits")["hdus"][0]["cards"]}
    assert cards["LONPOLE"][1:] == [180, "", "180.0"] and cards["SMALL"][3] == "1E-05" and len(cards["COUNT"]) == 3
