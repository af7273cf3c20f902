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
            scatters = _put_aside(document)
            document = upgrader.upgrade_document(document, "/nonexistent", target_version="v1.0")
            _put_back(document, scatters)
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


def _put_aside(document):
    """The ``scatter`` of each step, out of which cwl-upgrader would lose lists: a name that is in no document stands there instead."""
    scatters = {}
    for step in _mappings(document):
        old = step.get("scatter")
        # By an anchor, a step may be met again.
        if "run" in step and (isinstance(old, list) or isinstance(old, str) and old not in scatters):
            step["scatter"] = name = f"\0{len(scatters)}"
            scatters[name] = old
    return scatters


def _put_back(document, scatters):
    """In terms of the names that the step's inputs have now."""
    left = set(scatters)
    for step in _mappings(document):
        name = step.get("scatter")
        if isinstance(name, str) and name in scatters:
            old, ids = scatters[name], list(step.get("in") or [])
            new = [_input(each, ids) for each in ([old] if isinstance(old, str) else old)]
            step["scatter"] = new[0] if len(new) == 1 else new
            left.discard(name)
    if left:
        raise ValueError("What a step scatters over would be lost.")


def _input(name, ids):
    """Of the ids, the one that a reference like ``#step/input`` means; itself, which a validation tells of, where that is not sure."""
    for separators in ("[#/]", "[#/.]"):
        found = [each for each in ids if re.split(separators, str(each))[-1] == re.split(separators, str(name))[-1]]
        if len(found) == 1:
            return found[0]
    return name


def _mappings(node):
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _mappings(value)
    if isinstance(node, dict):
        yield node


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
