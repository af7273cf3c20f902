"""PNG, JPEG and other pictures, made smaller by Pillow."""

import contextlib

from . import need, reading, unreadable
from .colours import png

#: Formats that are tried: Pillow has others, for which nobody looks here.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")
#: Pixels of a picture that is unpacked.
PIXELS = 100_000_000


def preview(source):
    with _opened(source) as image:
        return {"width": image.width, "height": image.height, "format": image.format, "mode": image.mode}


def shrink(source, width, height):
    """The answer of ``image``: never larger than the picture is."""
    with _opened(source) as image:
        shape = [image.height, image.width]
        # A JPEG is unpacked smaller right away.
        image.draft("RGB", (width, height))
        if image.width * image.height > PIXELS:
            raise unreadable(image.format, f"it has {shape[1]:,} × {shape[0]:,} pixels, too many for a preview.", "Copy it to your workspace.")
        if image.mode not in ("L", "LA", "RGB", "RGBA"):
            image = _shown(image)
        image.thumbnail((width, height))
        step = max(1, round(shape[1] / image.width))
        return png(image, {"shape": shape, "size": [image.height, image.width], "step": step, "planes": 1, "low": None, "high": None, "origin": "upper"})


def _shown(image):
    """In colours that a PNG of eight bits has."""
    if image.mode.startswith("I") or image.mode == "F":
        low, high = image.getextrema()
        image = image.convert("F").point(lambda value: value * (255 / ((high - low) or 1)) - low * (255 / ((high - low) or 1)))
        return image.convert("L")
    return image.convert("RGBA" if "transparency" in image.info or image.mode in ("PA", "La") else "RGB")


@contextlib.contextmanager
def _opened(source):
    module = need("PIL.Image", "Pillow", "pictures")
    # Judged here, by what is unpacked at last.
    module.MAX_IMAGE_PIXELS = None
    if source.packed:
        raise unreadable("picture", f"it is packed with {source.packed}.", "Copy it to your workspace and unpack it there.")
    with source.file() as file, reading("picture", "it is damaged"):
        try:
            image = module.open(file, formats=FORMATS)
        except module.UnidentifiedImageError:
            # Pillow names the object.
            raise unreadable("picture", "its format is not known, or its start is damaged.") from None
        yield image
