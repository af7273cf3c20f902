"""The simulated sky both volumes share: where the tiles lie and which sources are in them.

Everything is drawn from generators seeded by name, so that a volume is the same on every machine and the stars of
the Euclid tiles are the stars of the Gaia table. Angles in degrees (ICRS), fluxes in microjansky, magnitudes AB.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

ORIGIN = "jupyter-datalabs simulation"
NOTICE = "Simulated, not observed: of no scientific value."
EPOCH = "2024-10-18"
ZERO_POINT = 23.9  # AB magnitude of 1 microjansky
BANDS = ("VIS", "Y", "J", "H")


@dataclass(frozen=True)
class Tile:
    """A square piece of the sky, much smaller than a real MER tile (32 arcmin)."""

    index: int
    ra: float
    dec: float
    size: int = 1000  # pixels
    scale: float = 0.1  # arcsec per pixel, as in the public mosaics


TILES = (Tile(102018211, 57.9990741, -51.5), Tile(102018212, 58.8, -51.5))


def mark(header) -> None:
    """Marks a FITS header as simulated. SIMULATED has one letter more than a plain keyword may have, hence both forms."""
    header["HIERARCH SIMULATED"] = (True, "not an observation")
    header["SIMULATE"] = (True, "the same in eight characters")
    header["ORIGIN"] = (ORIGIN, "who made this file")
    header.add_comment(NOTICE)


def rng(name: str) -> np.random.Generator:
    """A generator of its own per name, so that changing one product leaves the others as they are."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))


def digest(*parts: object) -> str:
    """Six hexadecimal digits, in the place where the public names have part of a checksum."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:6].upper()


def file_name(product: str, tile: Tile, second: int) -> str:
    """Public naming of a MER product: type, tile, checksum, time of production, version."""
    stamp = f"20241018T1427{second:02d}.000000Z"
    return f"EUC_MER_{product}_TILE{tile.index}-{digest(product, tile.index)}_{stamp}_00.00.fits"


def sources(tile: Tile) -> dict[str, np.ndarray]:
    """Sources of a tile, brightest first; `x`, `y` are zero-based pixels, `radius` is in pixels."""
    random = rng(f"sources {tile.index}")
    n_star, n_galaxy = 40, 360
    n = n_star + n_galaxy
    margin = 8.0
    star = np.arange(n) < n_star
    # Counts rise with magnitude roughly as 10^(slope m): few bright sources, many faint ones.
    u = random.random(n)
    slope = np.where(star, 0.12, 0.30)
    low, high = np.where(star, 16.5, 18.5), np.where(star, 23.0, 24.8)
    a, b = 10 ** (slope * low), 10 ** (slope * high)
    mag = np.log10(a + u * (b - a)) / slope
    flux = {"VIS": 10 ** (-0.4 * (mag - ZERO_POINT))}
    colour = np.where(star, random.normal(0.25, 0.2, n), random.normal(0.55, 0.3, n))
    for step, band in enumerate(("Y", "J", "H"), start=1):
        flux[band] = flux["VIS"] * 10 ** (0.4 * colour * (0.5 + 0.25 * step))
    table = {
        "x": random.uniform(margin, tile.size - 1 - margin, n),
        "y": random.uniform(margin, tile.size - 1 - margin, n),
        "star": star,
        "mag": mag,
        "radius": np.where(star, 0.0, np.clip(10 ** (0.9 - 0.11 * (mag - 18)) * random.lognormal(0, 0.25, n), 1.2, 14)),
        "ellipticity": np.where(star, 0.0, np.clip(random.rayleigh(0.25, n), 0, 0.75)),
        "angle": random.uniform(-90, 90, n),
        "index": np.where(star, 0.5, np.where(random.random(n) < 0.25, 4.0, 1.0)),
        **{f"flux_{band}": flux[band] for band in BANDS},
    }
    order = np.argsort(mag, kind="stable")
    return {name: column[order] for name, column in table.items()}
