"""cwltool's verdict on a document, as ``cwltool --validate`` gives it. To be called in a process that ends with it."""

import functools
import logging
import os
import re
import shutil
import sys

from cwltool.context import LoadingContext
from cwltool.load_tool import default_loader, fetch_document, make_tool, resolve_and_validate_document
from cwltool.process import get_schema, use_standard_schema
from cwltool.utils import versionstring
from cwltool.workflow import default_make_tool
from rdflib.plugins.shared.jsonld import context as jsonld
from ruamel.yaml.comments import CommentedMap
from schema_salad.exceptions import ValidationException
from schema_salad.ref_resolver import file_uri

from ..volumes.failure import Failure
from .fetching import Sources
from .messages import Places, flatten, is_false_alarm, naming, of_exception, of_text, repeated_ids

VERSIONS = ("v1.2", "v1.0", "v1.1")
#: cwltool breaks its lines at so many columns.
os.environ["COLUMNS"] = str(1 << 24)


def warm():
    """Read the schemas of all versions, which takes most of the time that a verdict takes."""
    for version in VERSIONS:
        use_standard_schema(version)
        get_schema(version)


def version():
    return versionstring().split()[-1]


def verdict(path, text, root, name):
    """What cwltool says.

    Parameters
    ----------
    path : str
        Of the document.
    text : str or None
        What counts in the place of what is in the file.
    root : str
        The folder outside which nothing is looked at.
    name : callable
        Path of a file to how it is called in the answer.

    Returns
    -------
    dict
        The answer, and under ``sources`` the files that it rests on.
    """
    # cwltool says where files are relative to this.
    os.chdir("/")
    uri = file_uri(path)
    sources = Sources({} if text is None else {uri: text}, root)
    sys.addaudithook(sources.stay)
    # It would follow the contexts of $schemas, those in files too.
    jsonld.source_to_json = sources.stand_still
    said = _listen()
    errors, document = [], None
    try:
        context = _context(sources)
        context, document, _ = fetch_document(uri, context)
        if not isinstance(document, CommentedMap):
            raise ValidationException("A CWL document is a mapping: “cwlVersion: …”, “class: …” and so on.")
        _load(context, document, uri)
    except (Failure, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  whatever cwltool ends of, the user has to hear.
        errors = flatten(_in_words(error), "information" if sources.stayed and isinstance(error, OSError) else "error")
    repeated = functools.cache(lambda file: repeated_ids(sources.text(file)))
    warnings = [message for record in said for message in _warnings(record) if not is_false_alarm(message, repeated)]
    places, named = Places(document, path, name), naming(path, name)
    messages = _once([_in_names(places.put(_refused(message, sources)), named) for message in [*errors, *warnings]])
    wrong = any(message["severity"] == "error" for message in messages)
    return {
        "verdict": "invalid" if wrong else "unknown" if errors else "valid",
        "messages": messages,
        "refused": sorted(sources.refused),
        "javascript": _javascript(),
        "cwltool": version(),
        "sources": sources.files,
    }


def _context(sources):
    context = LoadingContext()
    context.construct_tool_object = default_make_tool
    context.fetcher_constructor = sources.constructor
    context.doc_cache = False
    context.do_update = True
    context.disable_js_validation = not _javascript()
    context.loader = default_loader(sources.constructor, doc_cache=False)
    return context


def _load(context, document, uri):
    context, uri = resolve_and_validate_document(context, document, uri)
    processes = document.get("$graph")
    # As cwltool does: without a main process, all are looked at.
    if isinstance(processes, list) and "#" not in uri and not any(str(each.get("id", "")).endswith("#main") for each in processes):
        for process in processes:
            make_tool(process["id"], context)
        return
    make_tool(uri, context)


def _javascript():
    """Whether there is a Node to look at expressions."""
    return bool(shutil.which("nodejs") or shutil.which("node"))


def _in_words(error):
    if isinstance(error, StopIteration):
        return of_text("The document is empty.")
    if isinstance(error, RecursionError):
        return of_text("The document is nested too deeply, or runs itself.")
    return of_exception(error) or of_text(type(error).__name__)


def _listen():
    records = []

    class Handler(logging.Handler):
        def emit(self, record):
            # With these, schema_salad traces a failure that it raises anyway.
            if record.msg not in ("loader is %s", "failed"):
                records.append(record)

    for name in ("cwltool", "salad", "cwltool.validation_warnings"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [Handler(logging.WARNING)], False
    return records


def _warnings(record):
    text = record.getMessage()
    if "JSHINT: " in text:
        return _of_script(text)
    parts = of_text(text)
    if parts and parts[0].text.startswith("Workflow checker warning"):
        parts = parts[0].children or parts[1:]
    return flatten(parts, "warning")


def _of_script(text):
    """A complaint about a script comes as its code, a pointer and what is wrong."""
    lines = of_text(text.replace("JSHINT: ", ""))
    wrong = [part for part in lines if re.match(r"[EWI]\d{3}: ", part.text)]
    code = [part.text for part in lines if part not in wrong and part.text.strip("^ ")]
    return [{"severity": "warning", "message": part.text.split(": ", 1)[1], "place": part.place, "detail": code} for part in wrong]


def _refused(message, sources):
    """What could not be found because it was not looked for is no error."""
    for url in sources.refused:
        if message["severity"] == "error" and re.search(re.escape(url) + r"(?![\w/%-]|\.\w)", message["message"]):
            return message | {"severity": "information", "message": f"{url} was not looked at, and so this was not checked."}
    return message


def _in_names(message, named):
    return message | {"message": named(message["message"]), "detail": [named(part) for part in message["detail"]]}


def _once(messages):
    seen, kept = set(), []
    for message in messages:
        key = (message["severity"], message["message"], message["file"], message["line"], message["column"])
        if key not in seen:
            seen.add(key)
            kept.append(message)
    return kept
