"""Simulated Euclid Q1 volume: MER mosaics of two small tiles and the catalogue of what is in them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS

from sky import BANDS, EPOCH, NOTICE, ORIGIN, TILES, ZERO_POINT, Tile, file_name, mark, rng, sources

PSF_FWHM = {"VIS": 1.6, "Y": 4.8, "J": 5.0, "H": 5.2}  # pixels of 0.1 arcsec
NOISE = {"VIS": 0.0045, "Y": 0.02, "J": 0.018, "H": 0.02}  # microjansky per pixel, 1 sigma


def tile_wcs(tile: Tile) -> WCS:
    """Gnomonic projection, north up, east left, the tile's centre at the centre of the image."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.cunit = ["deg", "deg"]
    wcs.wcs.crval = [tile.ra, tile.dec]
    wcs.wcs.crpix = [(tile.size + 1) / 2] * 2
    wcs.wcs.cdelt = [-tile.scale / 3600, tile.scale / 3600]
    wcs.wcs.radesys = "ICRS"
    return wcs


def stamp(src: dict, i: int, flux: float, fwhm: float, size: int) -> tuple[slice, slice, np.ndarray]:
    """The image of one source on the part of the mosaic it reaches; its pixels sum to `flux` but for the cut edges."""
    sigma = fwhm / 2.3548
    # A galaxy's scale grows with the point spread in quadrature: close enough for a picture, and no convolution.
    scale = np.hypot(src["radius"][i], sigma) if not src["star"][i] else sigma
    reach = int(np.ceil(7 * scale)) + 4
    x0, y0 = src["x"][i], src["y"][i]
    left, right = max(0, int(x0) - reach), min(size, int(x0) + reach + 1)
    low, high = max(0, int(y0) - reach), min(size, int(y0) + reach + 1)
    dy, dx = np.mgrid[low:high, left:right].astype(np.float32)
    dx -= x0
    dy -= y0
    angle = np.deg2rad(src["angle"][i])
    along = dx * np.cos(angle) + dy * np.sin(angle)
    across = -dx * np.sin(angle) + dy * np.cos(angle)
    axis = 1 - src["ellipticity"][i]
    r = np.sqrt(along**2 + (across / axis) ** 2) / scale
    if src["star"][i]:
        profile = (1 + (r / 1.6) ** 2) ** -3.0  # Moffat: a core and faint wings
    else:
        n = src["index"][i]
        b = 2 * n - 1 / 3
        profile = np.exp(-b * (np.maximum(r, 0.15) ** (1 / n)))
    return slice(low, high), slice(left, right), flux * profile / profile.sum()


def header(tile: Tile, band: str) -> fits.Header:
    """World coordinates and the keywords of a MER mosaic, with the mark of the simulation."""
    head = fits.Header()
    mark(head)
    head["TELESCOP"] = ("Euclid", "the telescope that is simulated")
    head["INSTRUME"] = "VIS" if band == "VIS" else "NISP"
    head["FILTER"] = "VIS" if band == "VIS" else f"NIR_{band}"
    head["TILEIDX"] = (tile.index, "MER tile index")
    head["BUNIT"] = ("uJy", "microjansky per pixel")
    head["MAGZERO"] = (ZERO_POINT, "AB magnitude of one unit")
    head["DATE-OBS"] = EPOCH
    head.update(tile_wcs(tile).to_header())
    return head


def write_mosaic(path: Path, tile: Tile, band: str, src: dict) -> None:
    image = rng(f"noise {tile.index} {band}").normal(0, NOISE[band], (tile.size, tile.size)).astype(np.float32)
    for i in range(len(src["x"])):
        rows, columns, pixels = stamp(src, i, src[f"flux_{band}"][i], PSF_FWHM[band], tile.size)
        image[rows, columns] += pixels
    path.parent.mkdir(parents=True, exist_ok=True)
    fits.PrimaryHDU(image, header(tile, band)).writeto(path)


def catalogue(tile: Tile, src: dict) -> Table:
    """The columns of the MER final catalogue that notebooks use most, measured with the noise of the images."""
    random = rng(f"catalogue {tile.index}")
    n = len(src["x"])
    ra, dec = tile_wcs(tile).all_pix2world(src["x"], src["y"], 0)
    table = Table(meta={"EXTNAME": "EUC_MER__FINAL_CATALOG"})
    # The public rule: the position in units of 1e-7 degree, the sign of the declination first.
    table["OBJECT_ID"] = np.array(
        [int(f"{'-' if d < 0 else ''}{round(r * 1e7):010d}{round(abs(d) * 1e7):09d}") for r, d in zip(ra, dec)], dtype=np.int64
    )
    table["RIGHT_ASCENSION"] = ra
    table["DECLINATION"] = dec
    table["SEGMENTATION_AREA"] = np.maximum(9, (np.pi * (3 * np.hypot(src["radius"], 1)) ** 2)).astype(np.int32)
    table["VIS_DET"] = np.ones(n, dtype=np.int32)
    for band in BANDS:
        extent = np.sqrt(np.pi) * 2 * np.hypot(src["radius"], PSF_FWHM[band] / 2)
        error = NOISE[band] * extent
        flux = src[f"flux_{band}"] + random.normal(0, error)
        for kind, factor in (("PSF" if band == "VIS" else "TEMPLFIT", 1.0), ("2FWHM_APER", 0.82)):
            table[f"FLUX_{band}_{kind}"] = (flux * factor).astype(np.float32)
            table[f"FLUXERR_{band}_{kind}"] = (error * factor).astype(np.float32)
    table["FLUX_DETECTION_TOTAL"] = src["flux_VIS"].astype(np.float32)
    table["SEMIMAJOR_AXIS"] = np.hypot(src["radius"], PSF_FWHM["VIS"] / 2.3548).astype(np.float32)
    table["ELLIPTICITY"] = src["ellipticity"].astype(np.float32)
    table["POSITION_ANGLE"] = src["angle"].astype(np.float32)
    likeness = np.where(src["star"], random.beta(30, 1.5, n), random.beta(1.2, 25, n))
    table["POINT_LIKE_PROB"] = likeness.astype(np.float32)
    table["EXTENDED_PROB"] = (1 - likeness).astype(np.float32)
    table["SPURIOUS_FLAG"] = np.zeros(n, dtype=np.int32)
    table["DET_QUALITY_FLAG"] = np.zeros(n, dtype=np.int32)
    table["TILE_INDEX"] = np.full(n, tile.index, dtype=np.int64)
    for name in table.colnames:
        if name in ("RIGHT_ASCENSION", "DECLINATION", "POSITION_ANGLE"):
            table[name].unit = "deg"
        elif name.startswith("FLUX"):
            table[name].unit = "uJy"
        elif name in ("SEGMENTATION_AREA", "SEMIMAJOR_AXIS"):
            table[name].unit = "pix"
    return table


def write_catalogue(folder: Path, tile: Tile, src: dict) -> None:
    table = catalogue(tile, src)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name("FINAL-CAT", tile, 45)
    hdu = fits.table_to_hdu(table)
    mark(hdu.header)
    primary = fits.PrimaryHDU()
    mark(primary.header)
    fits.HDUList([primary, hdu]).writeto(path)

    arrow = pa.table({name: np.asarray(table[name]) for name in table.colnames})
    fields = [
        field.with_metadata({"unit": str(table[field.name].unit)}) if table[field.name].unit else field
        for field in arrow.schema
    ]
    schema = pa.schema(fields, metadata={"SIMULATED": "true", "ORIGIN": ORIGIN, "comment": NOTICE})
    pq.write_table(arrow.cast(schema), path.with_suffix(".parquet"))


README = f"""# euclid_q1 (simulated)

{NOTICE}

Two tiles of 100 x 100 arcsec, named and laid out as the public Euclid Quick Release Q1:

- `Q1_R1/MER/<tile>/VIS/` and `Q1_R1/MER/<tile>/NISP/`: background-subtracted mosaics, 0.1 arcsec per pixel, microjansky
- `Q1_R1/catalogs/MER_FINAL_CATALOG/<tile>/`: the sources of these images, as FITS table and as Parquet

Every FITS header says `SIMULATED = T` and `ORIGIN = '{ORIGIN}'`. Tile numbers and positions are those of public tiles,
so that code which looks for them finds them; the sources are invented.
"""


def write(root: Path) -> None:
    """Writes the whole volume under `root`, which must be empty."""
    (root / "README.md").write_text(README)
    release = root / "Q1_R1"
    for tile in TILES:
        src = sources(tile)
        for second, band in enumerate(BANDS, start=10):
            folder, product = ("VIS", "VIS") if band == "VIS" else ("NISP", f"NIR-{band}")
            path = release / "MER" / str(tile.index) / folder / file_name(f"BGSUB-MOSAIC-{product}", tile, second)
            write_mosaic(path, tile, band, src)
        write_catalogue(release / "catalogs" / "MER_FINAL_CATALOG" / str(tile.index), tile, src)
