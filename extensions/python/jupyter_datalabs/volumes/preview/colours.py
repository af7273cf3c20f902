"""From numbers to a PNG: which values are dark and bright, how those between are spread, and in what colours."""

import functools
import io
import json

from . import need

#: Colours at equal distances; those between are mixed.
MAPS = {
    "gray": "000000 ffffff",
    "gray_r": "ffffff 000000",
    "viridis": "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c "
    "1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725",
    "inferno": "000004 0b0724 210c4a 3d0965 57106e 71196e 8a226a a32c61 bc3754 "
    "d24644 e45a31 f1731d f98e09 fcac11 f9cb35 f2ea69 fcffa4",
    "magma": "000004 0a0822 1d1147 36106b 51127c 6a1c81 832681 9c2e7f b73779 "
    "d0416f e75263 f56b5c fc8961 fea772 fec488 fde2a3 fcfdbf",
}
#: Of 256 colours the first is for pixels without a value: a blue that no map has.
BLANK, FIRST, LAST = "4da6ff", 1, 255


@functools.cache
def palette(name):
    """256 × red, green, blue."""
    numpy = need("numpy", "numpy", "images")
    stops = numpy.array([list(bytes.fromhex(stop)) for stop in MAPS[name].split()])
    at = numpy.linspace(0, len(stops) - 1, LAST - FIRST + 1)
    colours = numpy.stack([numpy.interp(at, range(len(stops)), stops[:, i]) for i in range(3)], axis=1)
    return bytes.fromhex(BLANK) + numpy.rint(colours).astype("u1").tobytes()


def limits(seen, interval):
    """The values that are shown darkest and brightest, of the pixels and not of their averages; None where no pixel has one."""
    numpy = need("numpy", "numpy", "images")
    if seen.low > seen.high:
        return None
    sample = seen.sample()
    if interval == "minmax" or not sample.size:
        return seen.low, seen.high
    if interval == "percentile":
        low, high = numpy.percentile(sample, [0.25, 99.75])
    else:
        low, high = need("astropy.visualization", "astropy", "FITS files").ZScaleInterval().get_limits(sample)
    return float(low), float(high)


def spread(values, stretch):
    """Values between 0 and 1, brighter or darker."""
    numpy = need("numpy", "numpy", "images")
    if stretch == "sqrt":
        return numpy.sqrt(values)
    if stretch == "log":
        return numpy.log1p(1000 * values) / numpy.log(1001)
    if stretch == "asinh":
        return numpy.arcsinh(10 * values) / numpy.arcsinh(10)
    return values


def render(values, seen, info, *, stretch="linear", interval="zscale", map="gray", low=None, high=None):
    """The answer of ``image``: north is up as FITS has it, so the first row is the lowest line; ``low`` and ``high`` go before ``interval``."""
    numpy = need("numpy", "numpy", "images")
    found = limits(seen, interval) if low is None or high is None else (low, high)
    low, high = found or (0.0, 1.0)
    with numpy.errstate(all="ignore"):
        inside = numpy.clip((values.astype("f8") - low) / ((high - low) or 1.0), 0, 1)
        places = FIRST + numpy.rint(spread(inside, stretch) * (LAST - FIRST))
        # What is infinite is shown as such, what is nothing as nothing.
        indices = numpy.where(numpy.isnan(places), 0, places).astype("u1")
    image = need("PIL.Image", "Pillow", "images").fromarray(numpy.ascontiguousarray(indices[::-1]), "P")
    image.putpalette(palette(map))
    said = {**info, "size": [*values.shape], "low": found and found[0], "high": found and found[1], "seen": seen.count, "blank": seen.blank, "origin": "lower"}
    return png(image, said)


def png(image, info):
    """Bytes and headers of an answer."""
    output = io.BytesIO()
    image.save(output, "PNG", compress_level=1)
    return output.getvalue(), {"Content-Type": "image/png", "X-Datalabs-Image": json.dumps(info)}
