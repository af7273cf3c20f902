"""How documents reach cwltool: from files alone, each noted with its hash, and none that would explode."""

import errno
import hashlib
import io
import os
import re
import stat
import urllib.parse
import urllib.request

import yaml
from schema_salad.exceptions import ValidationException
from schema_salad.fetcher import DefaultFetcher
from schema_salad.ref_resolver import file_uri

from ..volumes.failure import Failure

#: Nodes that a document may have once its aliases are followed.
NODES = 2_000_000
#: Bytes of a file that is read.
MOST = 16 << 20

_ALIAS = re.compile(r"(?:^|[\s\[{,:-])\*[^\s,\]}]", re.MULTILINE)


class Sources:
    """What a verdict rests on.

    Parameters
    ----------
    given : dict
        Address of a document to the text that counts in its place.
    root : str or None
        The folder outside which nothing is opened; None if all is, addresses elsewhere too.

    Attributes
    ----------
    files : dict
        Path of each file that was read or looked for, to its ``state``.
    refused : set of str
        Addresses elsewhere that were not followed.
    stayed : bool
        Whether a library tried to follow one by itself.
    """

    def __init__(self, given, root=None):
        self.files, self.refused, self.stayed = {}, set(), False
        self._given, self._root = given, root if root is None else root.rstrip("/") + "/"

    def constructor(self, cache, session):
        return _Fetcher(cache, session if self._root is None else None, self)

    def given(self, url):
        return self._given.get(url)

    def text(self, path):
        """Of a file, or what counts in its place."""
        given = self._given.get(file_uri(path))
        return text_of(read(path)) if given is None else given

    def refuses(self, url):
        if self._root is None or scheme(url) not in ("http", "https", "file"):
            return False
        if scheme(url) == "file" and local_path(url).startswith(self._root):
            return False
        self.refused.add(url)
        return True

    def stay(self, event, arguments):
        """An audit hook, for libraries have ideas of their own about what to fetch."""
        if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            self.stand_still()

    def stand_still(self, *_):
        self.stayed = True
        raise OSError(errno.ENETUNREACH, "What lies elsewhere was not looked at")

    def look_for(self, url):
        if scheme(url) == "file" and not self.files.get(path := local_path(url)):
            # Of what is only looked for nobody reads the bytes, and there may be very many.
            self.files[path] = state(path, False)

    def read(self, url):
        """The text of a file, whose state is noted with it."""
        path = local_path(url)
        try:
            data = read(path)
        except (Failure, OSError) as error:
            self.files[path] = _state_of(error)
            why = error.detail if isinstance(error, Failure) else error
            raise ValidationException(f"Error reading {url}: {why}") from None
        self.files[path] = _hash(data)
        try:
            return text_of(data)
        except UnicodeDecodeError as error:
            raise ValidationException(f"Error reading {url}: {error}") from None


class _Fetcher(DefaultFetcher):
    def __init__(self, cache, session, sources):
        super().__init__(cache, session)
        self._sources = sources

    def fetch_text(self, url, content_types=None):
        text = self._sources.given(url)
        if text is None:
            if url not in self.cache and self._sources.refuses(url):
                raise ValidationException(f"{url} was not looked at")
            is_read = isinstance(self.cache.get(url), str) or scheme(url) != "file"
            text = super().fetch_text(url, content_types) if is_read else self._sources.read(url)
        return bounded(text)

    def check_exists(self, url):
        bare = urllib.parse.urldefrag(url)[0]
        if self._sources.given(bare) is not None:
            return True
        if url not in self.cache and self._sources.refuses(bare):
            # So it is told of at the place that names it.
            return False
        self._sources.look_for(bare)
        return super().check_exists(url)


def scheme(url):
    return urllib.parse.urlsplit(url).scheme


def local_path(url):
    """The path that an address of a file stands for, without ``..``: what begins with a folder lies in it, as far as names say."""
    return os.path.normpath(urllib.request.url2pathname(urllib.parse.urlsplit(url).path))


def state(path, is_read):
    """What a verdict depends on of a file: the hash of its bytes, or why they are not read, or only that it is there, which is ``""``.

    None if it is not.
    """
    if not is_read:
        return "" if os.path.exists(path) else None
    try:
        return _hash(read(path))
    except (Failure, OSError) as error:
        return _state_of(error)


def _hash(data):
    return hashlib.sha256(data).hexdigest()


def _state_of(error):
    return error.code if isinstance(error, Failure) else None


def read(path):
    """The bytes of a file.

    Raises
    ------
    Failure
        ``not-a-file`` for a folder, a pipe or a device, which might never end; ``too-large`` beyond ``MOST``.
    OSError
        If it is not there, or may not be read.
    """
    try:
        # Else a pipe would not even let itself be opened.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        # A socket.
        raise (_no_file() if error.errno == errno.ENXIO else error) from None
    try:
        about, data = os.fstat(descriptor), bytearray()
        if not stat.S_ISREG(about.st_mode):
            raise _no_file()
        while max(about.st_size, len(data)) <= MOST and (part := os.read(descriptor, 1 << 20)):
            data += part
    finally:
        os.close(descriptor)
    if max(about.st_size, len(data)) > MOST:
        raise Failure("too-large", "This is too long for a CWL document.", "Choose a smaller one.")
    return bytes(data)


def _no_file():
    return Failure("not-a-file", "This is not a file.", "Choose a CWL document.")


def text_of(data):
    """As of a file that is opened as text: UTF-8, every end of a line as ``"\\n"``."""
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8").read()


def bounded(text):
    """The text; ``too-large`` if its aliases make more of it than anybody can read."""
    if size(text) > NODES:
        raise Failure("too-large", "The anchors of this document stand for far too much.", "Write out what they stand for.")
    return text


def size(text):
    """How many nodes a YAML text has when every alias is followed; 0 where it has none, or is not YAML at all."""
    if "&" not in text or not _ALIAS.search(text):
        return 0
    anchors, open_nodes, total = {}, [], 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                open_nodes.append([event.anchor, 1])
                continue
            if isinstance(event, yaml.AliasEvent):
                count, anchor = anchors.get(event.anchor, 1), None
            elif isinstance(event, yaml.ScalarEvent):
                count, anchor = 1, event.anchor
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                anchor, count = open_nodes.pop()
            else:
                continue
            if anchor is not None:
                anchors[anchor] = count
            if open_nodes:
                open_nodes[-1][1] += count
            total = max(total, count)
            if total > NODES:
                break
    except yaml.YAMLError:
        return 0
    return total
