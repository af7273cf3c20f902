"""How documents reach cwltool: from files alone, each noted with its hash, and none that would explode."""

import errno
import hashlib
import os
import re
import urllib.parse
import urllib.request

import yaml
from schema_salad.exceptions import ValidationException
from schema_salad.fetcher import DefaultFetcher
from schema_salad.ref_resolver import file_uri

from ..volumes.failure import Failure

#: Nodes that a document may have once its aliases are followed.
NODES = 2_000_000

_ALIAS = re.compile(r"(?:^|[\s\[{,:-])\*[^\s,\]}]", re.MULTILINE)


class Sources:
    """What a verdict rests on.

    Attributes
    ----------
    files : dict
        Path of each file that was read or looked for, to its ``state``.
    refused : set of str
        Addresses elsewhere that were not followed.
    stayed : bool
        Whether a library tried to follow one by itself.
    """

    def __init__(self, given, network):
        self.files, self.refused, self.stayed = {}, set(), False
        self._given, self._network = given, network

    def constructor(self, cache, session):
        return _Fetcher(cache, session if self._network else None, self)

    def given(self, url):
        return self._given.get(url)

    def text(self, path):
        """Of a file, or what counts in its place."""
        given = self._given.get(file_uri(path))
        if given is not None:
            return given
        with open(path, encoding="utf-8") as file:
            return file.read()

    def refuses(self, url):
        if self._network or not url.startswith(("http:", "https:")):
            return False
        self.refused.add(url)
        return True

    def stay(self, event, arguments):
        """An audit hook, for libraries have ideas of their own about what to fetch."""
        if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            self.stayed = True
            raise OSError(errno.ENETUNREACH, "What lies elsewhere was not looked at")

    def note(self, url, read):
        if url.startswith("file:"):
            path = local_path(url)
            # Of what is only looked for nobody reads the bytes, and there may be very many.
            self.files[path] = state(path, read or bool(self.files.get(path)))


class _Fetcher(DefaultFetcher):
    def __init__(self, cache, session, sources):
        super().__init__(cache, session)
        self._sources = sources

    def fetch_text(self, url, content_types=None):
        text = self._sources.given(url)
        if text is None:
            if url not in self.cache and self._sources.refuses(url):
                raise ValidationException(f"{url} was not looked at")
            self._sources.note(url, True)
            try:
                text = super().fetch_text(url, content_types)
            except UnicodeDecodeError as error:
                raise ValidationException(f"Error reading {url}: {error}") from None
        return bounded(text)

    def check_exists(self, url):
        bare = urllib.parse.urldefrag(url)[0]
        if self._sources.given(bare) is not None:
            return True
        if url not in self.cache and self._sources.refuses(bare):
            # So it is told of at the place that names it.
            return False
        self._sources.note(bare, False)
        return super().check_exists(url)


def local_path(url):
    return urllib.request.url2pathname(urllib.parse.urlsplit(url).path)


def state(path, read):
    """What a verdict depends on of a file: the hash of its bytes, or only that it is there, which is ``""``; None if it is not."""
    if not read:
        return "" if os.path.exists(path) else None
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


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
