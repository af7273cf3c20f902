"""A document of an older version, written as CWL v1.2 by cwl-upgrader. To be called in a process that ends with it."""

import io
import logging
import re

import cwlupgrader.main as upgrader
from ruamel.yaml.comments import CommentedMap
from schema_salad.sourceline import add_lc_filename

from ..volumes.failure import Failure
from .fetching import bounded
from .messages import naming

_COMMENT = re.compile(r"(?:^|\s)#(?!!).*$")


def upgrade(path, text, name):
    """The new text, and what of the old one is not in it.

    Parameters
    ----------
    path, text : str
        Of the document.
    name : callable
        Path of a file to how it is called in what is said of it.

    Returns
    -------
    dict
        ``from``: the old version; ``text``; ``lost``: ``{line, comment}`` of each comment that is gone, ``line`` from 1; ``targets``:
        what it runs and imports, as it names it: those documents stay as they are, and have to be upgraded themselves.
    """
    bounded(text)
    said = _listen()
    _keep_to_this_document()
    try:
        document = upgrader.yaml.load(text)
        if not isinstance(document, CommentedMap) or "cwlVersion" not in document:
            raise Failure("unreadable-file", "This document does not say which version of CWL it is.", "Write its cwlVersion into it.")
        add_lc_filename(document, path)
        old = str(document["cwlVersion"])
        targets = sorted(set(_targets(document)))
        # Its way from the oldest version to the newest in one loses the file's name halfway, and then misses it.
        if old.endswith("draft-3"):
            document = upgrader.upgrade_document(document, "/nonexistent", target_version="v1.0")
            add_lc_filename(document, path)
        upgraded = upgrader.upgrade_document(document, "/nonexistent")
        if upgraded is None:
            raise Failure("unreadable-file", said[-1] if said else f"{old} cannot be upgraded.", "Check the document's cwlVersion.")
        output = io.StringIO()
        upgrader.ruamel.yaml.scalarstring.walk_tree(upgraded)
        upgrader.yaml.dump(upgraded, output)
    except (Failure, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  it fails in all ways on documents that are not quite what they should be.
        detail = naming(path, name)(str(error).strip()) or type(error).__name__
        raise Failure("unreadable-file", f"The upgrader cannot read this: {detail[:2000]}", "Validate the document first.") from error
    new = output.getvalue()
    if text.startswith("#!") and not new.startswith("#!"):
        new = text.splitlines()[0] + "\n" + new
    return {"from": old, "text": new, "lost": lost_comments(text, new), "targets": targets}


def lost_comments(old, new):
    """Comments of a text that are not in another; a ``#`` in a string is taken for one only where the other lacks it, too."""
    left = [match[0].strip() for match in map(_COMMENT.search, new.splitlines()) if match]
    lost = []
    for number, line in enumerate(old.splitlines(), 1):
        comment = (match := _COMMENT.search(line)) and match[0].strip()
        if not comment:
            continue
        if comment in left:
            left.remove(comment)
        elif comment not in new:
            lost.append({"line": number, "comment": comment})
    return lost


def _targets(node):
    if isinstance(node, list):
        node = dict(enumerate(node))
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in ("run", "$import") and isinstance(value, str) and not value.startswith("#"):
            yield value
        yield from _targets(value)


def _keep_to_this_document():
    """The upgrader would write new versions of all that the document runs and imports."""

    def load(path):
        document = CommentedMap()
        document.lc.filename = str(path)
        return document

    upgrader.load_cwl_document = load
    upgrader.write_cwl_document = lambda *_: None


def _listen():
    said = []

    class Handler(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    logging.getLogger("cwl-upgrader").handlers = [Handler()]
    return said
