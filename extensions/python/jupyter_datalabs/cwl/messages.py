"""What cwltool says of a document, as messages that have a place in it.

cwltool nests what it has to say: of each branch the deepest part is the message, and the parts above it are its detail. Some of it
comes as exceptions that know their place, the rest as text in columns, ``file:line:column: message``, indented by depth.
"""

import bisect
import re
import urllib.parse
from collections import Counter

import yaml
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from schema_salad.ref_resolver import file_uri

from ..volumes.failure import Failure

_PLACED = re.compile(r"^(\S[^\n]*?):(\d+):(\d+):( +)(.*)$")
#: Begins what goes on with the line above.
_MORE = ("with sink", "source has", "pickValue is", "Source is from", "tool output", "expected in", "To resolve", "mark missing")
#: What is said in general, with what is wrong in particular below it.
_GENERAL = re.compile(r"^(checking|while|Tool definition) |(because|but|:)$")

_ADDRESS = re.compile(r"file://[^\s'\"<>]*")
_DEFINED = re.compile(r"object id ['\"](.*)['\"] previously defined$")


class _Part:
    def __init__(self, text, place):
        self.text, self.place, self.children = text, place, []


def of_exception(error):
    """The tree of parts of whatever cwltool raised."""
    if not hasattr(error, "children"):
        return of_text(str(error))
    text = (error.detailed_message if not error.children else None) or error.message
    place = (error.file, *error.start) if error.file and error.start else None
    parts = of_text(text)
    for part in parts:
        part.place = part.place or place
    below = [part for child in error.children for part in of_exception(child)]
    if not parts:
        return below
    parts[-1].children += below
    return parts


def of_text(text):
    """The tree of parts of a text whose columns say what belongs to what."""
    top = _Part("", None)
    above = [(-1, top)]
    if not any(line[:1].isspace() or _PLACED.match(line) for line in text.splitlines()):
        # Sentences, whose columns say nothing.
        text = " ".join(text.splitlines())
    last = top
    for line in text.splitlines():
        if not line.strip():
            continue
        placed = _PLACED.match(line)
        said = re.sub(r"^[*-] ", "", placed[5] if placed else line.strip())
        column = placed.start(5) if placed else len(line) - len(line.lstrip())
        place = (placed[1], int(placed[2]), int(placed[3])) if placed else None
        if said.startswith(_MORE):
            last.children.append(_Part(said, place or last.place))
            continue
        # Columns of particulars need not be in line, for the places before them are of different lengths.
        while above[-1][0] >= column or (above[-1][1] is not top and not _GENERAL.search(above[-1][1].text)):
            above.pop()
        parent = above[-1][1]
        last = _Part(said, place or parent.place)
        parent.children.append(last)
        above.append((column, last))
    return top.children


def flatten(parts, severity, chain=()):
    """Messages ``{severity, message, place, detail}`` of trees of parts."""
    messages = []
    for part in parts:
        if part.children and all(child.text.startswith(_MORE) for child in part.children):
            messages.append(_joined(part, severity, chain))
        elif part.children:
            below = flatten(part.children, severity, (*chain, part.text))
            messages += [_tried(part, below)] if len(part.children) > 1 and all(map(_is_trial, part.children)) else below
        else:
            messages.append({"severity": severity, "message": part.text, "place": part.place, "detail": list(chain)})
    return messages


def _is_trial(part):
    return part.text.startswith("tried ")


def _tried(part, below):
    """What is none of several kinds is wrong once."""
    why = "; ".join(dict.fromkeys(message["message"] for message in below))
    detail = below[0]["detail"][: -1 if below[0]["detail"] else None]
    return below[0] | {"message": f"{part.text.removesuffix(' because')}: {why}", "place": part.place or below[0]["place"], "detail": detail}


def _joined(part, severity, chain):
    """A link's message names both of its ends; its place is that of the end that takes."""
    lines, place = [part.text], part.place
    for child in part.children:
        if child.text.startswith("with sink") and child.place:
            place = child.place
        lines.append(child.text)
    return {"severity": severity, "message": " ".join(lines), "place": place, "detail": list(chain)}


class Places:
    """Where things lie in files, for messages about them.

    Parameters
    ----------
    document : CommentedMap
        As it was read, or as cwltool has left it.
    path : str
        Of its file.
    name : callable
        Path of a file to how it is called in the answer.
    """

    def __init__(self, document, path, name):
        self._path, self._name = path, name
        self._starts, self._runs = [], {}
        for start, step, run in _starts(document):
            self._starts.append((*start, step))
            if isinstance(run, str):
                self._runs.setdefault(_path_of(urllib.parse.urldefrag(urllib.parse.urljoin(file_uri(path), run))[0]), step)
        self._starts.sort()

    def put(self, message):
        """The message as it is answered: its place as ``file``, ``line`` and ``column``, both from 1, and the step it is about."""
        place = message.pop("place")
        if place is None:
            return message | {"file": None, "line": None, "column": None}
        file, line, column = place
        path = _path_of(file)
        step = self._step(line, column) if path == self._path else self._runs.get(path)
        return message | {"file": self._name(path), "line": line, "column": column} | ({"step": step} if step else {})

    def _step(self, line, column):
        index = bisect.bisect_right(self._starts, (line, column, "\U0010ffff")) - 1
        return self._starts[index][2] if index >= 0 else None


def naming(path, name):
    """What puts a sentence in terms of files as they are called in the answer, where cwltool names them by where they are on the server.

    Parameters
    ----------
    path : str
        Of the document, which lies where most others do.
    name : callable
        Path of a file to how it is called in the answer.
    """
    own = name(path)
    root = path[: -len(own)] if own != path and path.endswith(own) else None

    def address(match):
        return name(_path_of(match[0]))

    def named(text):
        text = _ADDRESS.sub(address, text)
        # cwltool also says them relative to where it runs, which is the root of the file system.
        return re.sub(rf"(?<![\w./%-])/?{re.escape(root.strip('/'))}/", "", text) if root and root != "/" else text

    return named


def repeated_ids(text):
    """Ids that more than one item of the same list has; in a map none can. Each without what is around it."""
    try:
        waiting = [yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))]
    except (yaml.YAMLError, ValueError, RecursionError):
        return set()
    found, seen = set(), set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, (dict, list)):
            continue
        seen.add(id(node))
        if isinstance(node, list):
            ids = [item if isinstance(item, str) else item.get("id") for item in node if isinstance(item, (str, dict))]
            counted = Counter(_last(each) for each in ids if isinstance(each, str))
            found.update(each for each, count in counted.items() if count > 1)
        waiting += node.values() if isinstance(node, dict) else node
    return found


def is_false_alarm(message, repeated):
    """Whether it is that an id is there twice, of ids that are in different lists.

    schema_salad puts all ids of a process into one scope, so that it warns of an input and an output, or a step, of the same name. CWL tells
    them apart by where they are named (https://github.com/common-workflow-language/common-workflow-language/issues/734).

    Parameters
    ----------
    message : dict
        Of ``flatten``.
    repeated : callable
        Path of a file to its ``repeated_ids``; raises OSError and Failure.
    """
    said = _DEFINED.search(message["message"])
    if not said or message["place"] is None:
        return False
    try:
        return _last(said[1]) not in repeated(_path_of(message["place"][0]))
    except (Failure, OSError, UnicodeError):
        return False


def _last(identifier):
    return re.split("[#/]", identifier)[-1]


def _path_of(file):
    """Of an address, or of what cwltool says in its place: relative to where it runs, and quoted as in the address."""
    return "/" + urllib.parse.unquote(file.removeprefix("file://")).lstrip("/")


def _starts(node):
    """Where each step begins, and what is no step: ``((line, column), step, run)`` of a workflow or a packed document."""
    if not isinstance(node, CommentedMap):
        return
    identifier = str(node.get("id", "")).rpartition("#")[2]
    for key, value in node.items():
        if key not in (node.lc.data or {}):
            continue
        yield _place(node, key), "", None
        if key == "$graph" and isinstance(value, CommentedSeq):
            for process in value:
                yield from _starts(process)
        elif key == "steps" and isinstance(value, (CommentedMap, CommentedSeq)):
            for name, step in value.items() if isinstance(value, CommentedMap) else enumerate(value):
                if name not in (value.lc.data or {}) or not isinstance(step, CommentedMap):
                    continue
                called = str(name if isinstance(value, CommentedMap) else step.get("id", "")).rpartition("#")[2]
                yield _place(value, name), called.removeprefix(identifier + "/"), step.get("run")


def _place(node, key):
    line, column = node.lc.data[key][:2]
    return line + 1, column + 1
