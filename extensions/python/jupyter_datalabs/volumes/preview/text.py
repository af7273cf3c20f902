"""Text of any size, piece by piece, in the encoding that it seems to have."""

import codecs
import re

MARKS = [
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
]
SAMPLE = 1 << 16
#: What no text has.
CONTROL = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f]")


def encoding_of(start):
    """Of a file by its first bytes: the encoding and how long its mark is; None where it is no text."""
    for mark, name in MARKS:
        if start.startswith(mark):
            return name, len(mark)
    if CONTROL.search(start):
        return None
    try:
        # The last character may have been cut.
        codecs.getincrementaldecoder("utf-8")().decode(start)
        return "utf-8", 0
    except UnicodeDecodeError:
        # Windows' superset of ISO 8859-1, as browsers take it; what it leaves open is shown as such.
        return "windows-1252", 0


def text(source, offset, limit):
    """The text from byte ``offset`` on, at most ``limit`` bytes of it, never half a character."""
    found = encoding_of(source.read(0, SAMPLE))
    name, mark = found or ("windows-1252", 0)
    unit = 4 if "32" in name else 2 if "16" in name else 1
    # A character has at most four bytes; whoever asks for fewer gets one.
    limit = max(limit, 4)
    first = max(offset, mark)
    first -= (first - mark) % unit
    data = source.read(first, limit)
    skip = 0
    if name == "utf-8" and first > mark:
        # From the middle of a character: from the next one.
        while skip < min(4, len(data)) and data[skip] & 0xC0 == 0x80:
            skip += 1
    decoder = codecs.getincrementaldecoder(name)("replace")
    ends = len(data) < limit or (source.length is not None and first + len(data) >= source.length)
    said = decoder.decode(data[skip:], final=ends)
    left = len(decoder.getstate()[0])
    return {"text": said, "offset": first + skip, "next": None if ends else first + len(data) - left, "encoding": name}
