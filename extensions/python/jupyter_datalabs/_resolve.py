"""From what an archive says of a product to its file in this session.

>>> from jupyter_datalabs import resolve
>>> resolve("EUC_MER_BGSUB-MOSAIC-VIS_TILE102018211-ED8372_20241018T142710.000000Z_00.00.fits").path
'/data/euclid_q1/Q1_R1/MER/102018211/VIS/EUC_MER_BGSUB-MOSAIC-VIS_TILE102018211-ED8372_20241018T142710.000000Z_00.00.fits'

Needs nothing but Python; tables of astropy and pandas are read where they come from.
"""

import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from datetime import date

__all__ = ["NotHere", "NotHosted", "NotMounted", "ResolveError", "Resolved", "resolve"]

#: The hub takes so many at once, and 4 MiB, of which a little goes to what is around them.
BATCH, BYTES = 10_000, 4_000_000
TIMEOUT = 60

#: Columns that say where a product lies; the others of a row stay here.
COLUMNS = {
    "datalabs_path", "file_path", "path", "file_name", "filename", "hdu_index", "hdu", "access_url", "accessurl", "url", "data_url", "download_url",
    "datauri", "data_uri", "uri", "access_reference", "obs_publisher_did", "publisher_did", "ivoid", "ivo_id", "cloud_access", "aws",
}  # fmt: skip


class ResolveError(Exception):
    """The hub could not be asked."""


class NotHere(ResolveError, LookupError):
    """There is no file to open in this session."""


class NotHosted(NotHere):
    """No volume has it."""


class NotMounted(NotHere):
    """A volume has it that this session does not have."""


class Resolved:
    """Where a product is.

    Attributes
    ----------
    input
        The reference, as it was sent.
    path : str
        Its file in this session. Raises `NotMounted` or `NotHosted` where there is none to open.
    volume : str or None
    exists : bool
        Whether the volume has it, mounted here or not.
    hdu : int, str, tuple of str and int, or None
        As astropy takes it: number, name, or name and version.
    mounted : bool
    code : str
        ``ok``, ``not-mounted``, ``not-there``, ``not-hosted``, ``not-indexed``, ``unreachable`` or ``bad-reference``.
    why : str
        The same as a sentence.
    url : str or None
        Where it can be downloaded.
    place : str or None
        The path that it has, or would have, under ``/data``; whether or not anything is there.
    """

    __slots__ = ("code", "exists", "hdu", "input", "mounted", "place", "url", "volume", "why")

    def __init__(self, answer):
        self.input = answer["input"]
        self.volume = answer["volume"]
        self.place = answer["path"]
        self.exists = answer["exists"]
        self.hdu = _hdu(answer["hdu"])
        self.mounted = bool(answer["mounted"])
        self.code = answer["why"]["code"]
        self.why = answer["why"]["message"]
        self.url = answer["fallbackUrl"]

    @property
    def path(self):
        if self.code == "ok":
            return self.place
        if self.code == "not-mounted":
            raise NotMounted(f'{self.why} In JupyterLab: the panel "Archive volumes", the volume "{self.volume}", Mount; then resolve it again.')
        download = f" Download: {self.url}" if self.url else ""
        raise (NotHosted if self.code in ("not-hosted", "not-there") else NotHere)(f"{_short(self.input)}: {self.why}{download}")

    def __fspath__(self):
        return self.path

    def __bool__(self):
        return self.code == "ok"

    def __repr__(self):
        if self.code == "ok":
            hdu = "" if self.hdu is None else f", hdu={self.hdu!r}"
            return f"<Resolved {self.place}{hdu}>"
        return f"<Resolved {_short(self.input)}: {self.code}. {self.why}{f' {self.url}' if self.url else ''}>"


def _hdu(said):
    """CFITSIO's ``SCI,1`` is ``("SCI", 1)`` for astropy."""
    if not isinstance(said, str):
        return said
    name, _, version = said.partition(",")
    return (name, int(version)) if version else name


def resolve(references, *, session=None, timeout=TIMEOUT):
    """Find the file of a product, or of many at once.

    Parameters
    ----------
    references
        A path, URL, ivo id or file name; a row (dict, astropy ``Row``, pandas ``Series``); or many of them: a list, an astropy ``Table``
        or column, a pandas ``DataFrame`` or ``Series`` of texts, a numpy array. Of rows count ``datalabs_path``, ``file_path``, ``file_name``,
        ``hdu_index``, ``access_url``, ``cloud_access`` and their kin.
    session : str, optional
        Name of a session of yours; this one when not given.
    timeout : float, optional
        Seconds to wait for the hub.

    Returns
    -------
    Resolved or list of Resolved
        One for one reference; for many a list in their order.

    Raises
    ------
    ResolveError
        The hub could not be asked. That a product is not here raises nothing until its ``path`` is used.
    """
    is_many, found = _read(references)
    answers = []
    for batch in _batches(found):
        answers += _ask(batch, session, timeout)
    resolved = [Resolved(answer) for answer in answers]
    return resolved if is_many else resolved[0]


def _batches(references):
    batch, size = [], 0
    for one in references:
        more = len(json.dumps(one)) + 2
        if batch and (len(batch) == BATCH or size + more > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += more
    if batch:
        yield batch


def _read(references):
    """Whether they are many, and each as the hub takes it."""
    if _is_row(references) or isinstance(references, (str, bytes, os.PathLike)):
        return False, [_reference(references)]
    columns = getattr(references, "colnames", None)
    if columns is not None:  # astropy.table.Table
        return True, _rows(columns, [references[name].tolist() for name in columns if _known(name)])
    columns = getattr(references, "columns", None)
    if columns is not None and hasattr(references, "itertuples"):  # pandas.DataFrame
        return True, _rows(columns, [references[name].tolist() for name in columns if _known(name)])
    if hasattr(references, "tolist"):  # numpy.ndarray, columns of tables
        found = references.tolist()
        return (True, [_reference(one) for one in found]) if isinstance(found, list) else (False, [_reference(found)])
    if isinstance(references, Iterable):
        return True, [_reference(one) for one in references]
    raise TypeError(f"A reference is text or a row, not {type(references).__name__}.")


def _known(name):
    return isinstance(name, str) and name.lower() in COLUMNS


def _rows(columns, values):
    names = [name for name in columns if _known(name)]
    if not names:
        raise ValueError(f"None of the columns says where a product lies ({', '.join(map(str, columns))}). Known are: {', '.join(sorted(COLUMNS))}.")
    return [{name: _plain(value) for name, value in zip(names, row)} for row in zip(*values)]


def _is_row(one):
    """A mapping, or what has columns and is one row: astropy.table.Row, pandas.Series whose index are names."""
    if isinstance(one, Mapping) or (hasattr(one, "colnames") and hasattr(one, "table")):
        return True
    index = getattr(one, "index", None)
    return not callable(index) and hasattr(one, "items") and index is not None and any(_known(name) for name in index)


def _reference(one):
    if isinstance(one, Mapping):
        return {name: _plain(value) for name, value in one.items() if _known(name)}
    if _is_row(one):
        names = one.colnames if hasattr(one, "colnames") else one.index
        return {name: _plain(one[name]) for name in names if _known(name)}
    return _plain(os.fspath(one) if isinstance(one, os.PathLike) else one)


def _plain(value):
    """As JSON has it; what is masked or not a number is nothing."""
    if isinstance(value, bytes):
        return os.fsdecode(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, (str, bool, int)) or value is None:
        return str(value) if isinstance(value, str) else value
    if getattr(value, "mask", False) is True or type(value).__name__ == "MaskedConstant":
        return None
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return _plain(value.item())
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value.isoformat() if isinstance(value, date) else None


def _ask(references, session, timeout):
    api, token = os.environ.get("JUPYTERHUB_API_URL"), os.environ.get("JUPYTERHUB_API_TOKEN")
    if not api or not token:
        raise ResolveError("This is no session of a hub: JUPYTERHUB_API_URL and JUPYTERHUB_API_TOKEN are not set. Use it in a session.")
    body = {"references": references, "session": os.environ.get("JUPYTERHUB_SERVER_NAME", "") if session is None else session}
    request = urllib.request.Request(
        f"{api.rstrip('/')}/resolve",
        # Names that are no UTF-8 travel as the surrogates that Python makes of them.
        data=json.dumps(body).encode("ascii"),
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
        method="POST",
    )
    try:
        # The hub of a session has an address of its own; no proxy leads there.
        with _opener(api).open(request, timeout=timeout) as response:
            answers = json.load(response)["resolved"]
    except urllib.error.HTTPError as error:
        raise ResolveError(_problem(error)) from None
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "reason", error)
        raise ResolveError(f"The hub cannot be reached ({reason}). Try again in a moment.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ResolveError("The hub answered something that is no list of paths. Is it an older one?") from error
    if len(answers) != len(references):
        raise ResolveError(f"The hub answered {len(answers)} of {len(references)} references. Try again.")
    return answers


def _opener(api):
    return urllib.request.build_opener(urllib.request.ProxyHandler({})) if api.startswith("http://127.0.0.1") else urllib.request.build_opener()


def _problem(error):
    try:
        problem = json.load(error)
        return " ".join(part for part in (problem["detail"], problem.get("action")) if part)
    except (ValueError, KeyError, TypeError):
        return f"The hub answered with status {error.code}. Try again in a moment."


def _short(reference):
    text = reference if isinstance(reference, str) else json.dumps(reference)
    return text if len(text) <= 120 else f"{text[:119]}…"
