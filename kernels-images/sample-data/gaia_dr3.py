"""Simulated Gaia DR3 volume: 100,000 rows of gaia_source around the Euclid tiles, as VOTable and FITS table."""

from pathlib import Path

import numpy as np
from astropy import units as u
from astropy.io import fits
from astropy.io.votable import from_table, writeto
from astropy.table import Column, Table

from euclid_q1 import tile_wcs
from sky import NOTICE, TILES, mark, rng, sources

ROWS = 100_000
RELEASE_EPOCH = 2016.0

# name: (unit, UCD, description), in the order of gaia_source
COLUMNS = {
    "source_id": (None, "meta.id;meta.main", "Unique source identifier"),
    "ref_epoch": (u.yr, "meta.ref;time.epoch", "Reference epoch"),
    "ra": (u.deg, "pos.eq.ra;meta.main", "Right ascension"),
    "ra_error": (u.mas, "stat.error;pos.eq.ra", "Standard error of right ascension"),
    "dec": (u.deg, "pos.eq.dec;meta.main", "Declination"),
    "dec_error": (u.mas, "stat.error;pos.eq.dec", "Standard error of declination"),
    "parallax": (u.mas, "pos.parallax.trig", "Parallax"),
    "parallax_error": (u.mas, "stat.error;pos.parallax.trig", "Standard error of parallax"),
    "pmra": (u.mas / u.yr, "pos.pm;pos.eq.ra", "Proper motion in right ascension, times cos(dec)"),
    "pmra_error": (u.mas / u.yr, "stat.error;pos.pm;pos.eq.ra", "Standard error of pmra"),
    "pmdec": (u.mas / u.yr, "pos.pm;pos.eq.dec", "Proper motion in declination"),
    "pmdec_error": (u.mas / u.yr, "stat.error;pos.pm;pos.eq.dec", "Standard error of pmdec"),
    "ruwe": (None, "stat.error", "Renormalised unit weight error"),
    "phot_g_mean_mag": (u.mag, "phot.mag;em.opt", "G-band mean magnitude"),
    "phot_bp_mean_mag": (u.mag, "phot.mag;em.opt.B", "Integrated BP mean magnitude"),
    "phot_rp_mean_mag": (u.mag, "phot.mag;em.opt.R", "Integrated RP mean magnitude"),
    "bp_rp": (u.mag, "phot.color;em.opt.B;em.opt.R", "BP - RP colour"),
    "radial_velocity": (u.km / u.s, "spect.dopplerVeloc.opt;em.opt.I", "Radial velocity, bright stars only"),
}


def euclid_stars() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Position and magnitude of the stars of the Euclid tiles that Gaia would see."""
    parts = []
    for tile in TILES:
        src = sources(tile)
        seen = src["star"] & (src["mag"] < 20.7)
        ra, dec = tile_wcs(tile).all_pix2world(src["x"][seen], src["y"][seen], 0)
        parts.append((ra, dec, src["mag"][seen]))
    return tuple(np.concatenate(column) for column in zip(*parts))


def table() -> Table:
    random = rng("gaia_dr3")
    tile_ra, tile_dec, tile_mag = euclid_stars()
    n = ROWS - len(tile_ra)
    centre_ra, centre_dec, radius = 58.4, -51.5, 3.0
    # Uniform on a cap of the sphere about the tiles.
    rho = np.rad2deg(np.arccos(1 - random.random(n) * (1 - np.cos(np.deg2rad(radius)))))
    phi = random.uniform(0, 2 * np.pi, n)
    dec = centre_dec + rho * np.sin(phi)
    ra = centre_ra + rho * np.cos(phi) / np.cos(np.deg2rad(dec))
    g = 20.7 + np.log10(random.random(n) * (1 - 10 ** (-0.25 * 13.7)) + 10 ** (-0.25 * 13.7)) / 0.25
    ra, dec, g = np.concatenate([tile_ra, ra]), np.concatenate([tile_dec, dec]), np.concatenate([tile_mag, g])

    # Three populations in the colour-magnitude diagram: main sequence, giants, white dwarfs.
    kind = random.choice(3, ROWS, p=[0.90, 0.085, 0.015])
    colour = np.select(
        [kind == 0, kind == 1],
        [random.beta(2.2, 2.6, ROWS) * 3.6 + 0.1, random.normal(1.15, 0.12, ROWS)],
        random.normal(0.15, 0.25, ROWS),
    )
    absolute = np.select(
        [kind == 0, kind == 1],
        [1.0 + 3.6 * colour - 0.18 * colour**2 + random.normal(0, 0.3, ROWS), random.normal(0.6, 0.8, ROWS)],
        11.5 + 3 * colour + random.normal(0, 0.3, ROWS),
    )
    distance = np.clip(10 ** ((g - absolute + 5) / 5), 8, 30_000)  # parsec
    error = 0.015 + 0.02 * 10 ** (0.30 * (np.clip(g, 13, 21) - 17))  # mas, growing with magnitude as Gaia's
    velocity = random.normal(0, 40, (2, ROWS)) / 4.74 / (distance / 1000)  # km/s -> mas/yr

    order = np.lexsort((ra, np.floor(dec * 4)))
    columns: dict[str, np.ndarray] = {
        # Real identifiers encode a HEALPix pixel; these only keep the order of magnitude and are unique.
        "source_id": 4_780_000_000_000_000_000 + np.arange(ROWS, dtype=np.int64) * 1_297_391,
        "ref_epoch": np.full(ROWS, RELEASE_EPOCH),
        "ra": ra[order],
        "ra_error": error.astype(np.float32)[order],
        "dec": dec[order],
        "dec_error": (error * 0.9).astype(np.float32)[order],
        "parallax": (1000 / distance + random.normal(0, error))[order],
        "parallax_error": error.astype(np.float32)[order],
        "pmra": (velocity[0] + random.normal(0, error))[order],
        "pmra_error": (error * 1.05).astype(np.float32)[order],
        "pmdec": (velocity[1] + random.normal(0, error))[order],
        "pmdec_error": error.astype(np.float32)[order],
        "ruwe": random.lognormal(0.02, 0.06, ROWS).astype(np.float32),
        "phot_g_mean_mag": g.astype(np.float32)[order],
        "phot_bp_mean_mag": (g + 0.45 * colour).astype(np.float32)[order],
        "phot_rp_mean_mag": (g - 0.55 * colour).astype(np.float32)[order],
        "bp_rp": colour.astype(np.float32)[order],
        "radial_velocity": np.where(g < 14.5, random.normal(15, 45, ROWS), np.nan).astype(np.float32)[order],
    }
    result = Table(meta={"name": "gaia_source_simulated"})
    for name, (unit, ucd, text) in COLUMNS.items():
        result.add_column(Column(columns[name], name=name, unit=unit, description=text, meta={"ucd": ucd}))
    return result


README = f"""# gaia_dr3 (simulated)

{NOTICE}

{ROWS:,} rows with the names, units and UCDs of gaia_source, within 3 degrees of the simulated Euclid tiles; the bright
stars of those tiles are among them, so that a cross-match of the two volumes finds pairs.

- `gaia_source/GaiaSource_simulated.vot`: VOTable
- `gaia_source/GaiaSource_simulated.fits`: the same rows as a FITS binary table
"""


def write(root: Path) -> None:
    """Writes the whole volume under `root`, which must be empty."""
    (root / "README.md").write_text(README)
    folder = root / "gaia_source"
    folder.mkdir()
    rows = table()

    votable = from_table(rows, table_id="gaia_source_simulated")
    votable.description = f"SIMULATED. {NOTICE}"
    for field in votable.get_first_table().fields:
        field.ucd = COLUMNS[field.name][1]
    writeto(votable, str(folder / "GaiaSource_simulated.vot"), tabledata_format="binary2")

    hdu = fits.table_to_hdu(rows)
    for number, (_, ucd, text) in enumerate(COLUMNS.values(), start=1):
        hdu.header[f"TUCD{number}"] = ucd
        hdu.header[f"TCOMM{number}"] = text
    mark(hdu.header)
    primary = fits.PrimaryHDU()
    mark(primary.header)
    fits.HDUList([primary, hdu]).writeto(folder / "GaiaSource_simulated.fits")
