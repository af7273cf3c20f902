"""The resolver's client against a small HTTP server."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import jupyter_datalabs
from jupyter_datalabs import NotHere, NotHosted, NotMounted, ResolveError, _resolve

FOLDER = "/data/euclid_q1/Q1_R1/MER/1/VIS"


def answer(reference, session):
    """What a hub would say: by a word in the reference."""
    text = json.dumps(reference)
    said = {"input": reference, "volume": "euclid_q1", "path": f"{FOLDER}/a.fits", "exists": True, "hdu": None, "mounted": True}
    said |= {"why": {"code": "ok", "message": "It is in Euclid Q1."}, "fallbackUrl": None}
    if isinstance(reference, dict):
        said["hdu"] = reference.get("hdu_index")
    if "[SCI" in text:
        said["hdu"] = text[text.index("[") + 1 : text.index("]")]
    if "unmounted" in text:
        said |= {"mounted": False, "why": {"code": "not-mounted", "message": "It is in Euclid Q1, which this session does not have. Mount it."}}
    if "elsewhere" in text:
        said |= {"volume": None, "path": None, "exists": False, "why": {"code": "not-hosted", "message": "No volume that you may see has it."}}
        said["fallbackUrl"] = "https://elsewhere.example/a.fits"
    if "asleep" in text:
        said |= {"exists": False, "why": {"code": "unreachable", "message": "It may be in Euclid Q1, which does not answer at present. Try again later."}}
    return said


class Hub(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(size))
        self.server.sizes.append(size)
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        status, said = self.server.said or (200, {"resolved": [answer(one, body["session"]) for one in body["references"]]})
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def hub(monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.asked, server.sizes, server.said = [], [], None
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("JUPYTERHUB_API_URL", f"http://127.0.0.1:{server.server_port}/hub/api")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    monkeypatch.setenv("JUPYTERHUB_SERVER_NAME", "euclid")
    # A proxy for everything else is none for the hub.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    yield server
    server.shutdown()
    server.server_close()


def sent(hub):
    return [one for _, _, body in hub.asked for one in body["references"]]


def test_one_reference(hub, tmp_path):
    found = jupyter_datalabs.resolve("a.fits")
    assert found.path == f"{FOLDER}/a.fits" and found and found.mounted and found.exists
    assert Path(found) == Path(FOLDER, "a.fits")
    assert repr(found) == f"<Resolved {FOLDER}/a.fits>"
    assert hub.asked == [("/hub/api/resolve", "token secret", {"references": ["a.fits"], "session": "euclid"})]
    assert jupyter_datalabs.resolve(Path("/data/x"), session="").code == "ok"
    assert hub.asked[1][2] == {"references": ["/data/x"], "session": ""}


def test_a_row_sends_what_counts_and_nothing_else(hub):
    row = {"datalabs_path": FOLDER, "FILE_NAME": b"a.fits", "hdu_index": 3.0, "ra": 1.5, "secret": "s"}
    found = jupyter_datalabs.resolve(row)
    assert sent(hub) == [{"datalabs_path": FOLDER, "FILE_NAME": "a.fits", "hdu_index": 3}]
    assert found.hdu == 3 and repr(found) == f"<Resolved {FOLDER}/a.fits, hdu=3>"


def test_names_of_extensions_are_as_astropy_takes_them(hub):
    assert [one.hdu for one in jupyter_datalabs.resolve(["a.fits[SCI]", "a.fits[SCI,2]"])] == ["SCI", ("SCI", 2)]


def test_many_keep_their_order_and_go_in_batches(hub):
    found = jupyter_datalabs.resolve(f"{i}.fits" for i in range(10_001))
    assert [one.input for one in found] == [f"{i}.fits" for i in range(10_001)]
    assert [len(body["references"]) for _, _, body in hub.asked] == [10_000, 1]
    assert jupyter_datalabs.resolve([]) == []


def test_batches_are_no_larger_than_the_hub_takes(hub, monkeypatch):
    long = "https://archive.example/" + "é" * 400
    found = jupyter_datalabs.resolve({"access_url": f"{long}{i}"} for i in range(6000))
    assert [one.input["access_url"] for one in found] == [f"{long}{i}" for i in range(6000)]
    assert len(hub.asked) > 1 and max(hub.sizes) < 4 << 20
    assert max(hub.sizes) > 3_500_000
    # One that is too large by itself is the hub's to refuse.
    hub.asked.clear()
    monkeypatch.setattr(_resolve, "BYTES", 10)
    jupyter_datalabs.resolve(["a.fits", "b" * 20, "c.fits"])
    assert [len(body["references"]) for _, _, body in hub.asked] == [1, 1, 1]


def test_the_package_has_what_is_raised():
    assert issubclass(jupyter_datalabs.NotMounted, jupyter_datalabs.NotHere) and callable(jupyter_datalabs.resolve)


def test_names_that_are_no_utf8(hub):
    assert jupyter_datalabs.resolve("caf\udce9.fits").input == "caf\udce9.fits"


@pytest.mark.parametrize(
    ("reference", "error", "says"),
    [
        ("unmounted.fits", NotMounted, 'the volume "euclid_q1", Mount'),
        ("elsewhere.fits", NotHosted, "https://elsewhere.example/a.fits"),
        ("asleep.fits", NotHere, "does not answer at present"),
    ],
)
def test_what_is_not_here_says_what_to_do_when_its_path_is_asked_for(hub, reference, error, says):
    found = jupyter_datalabs.resolve(reference)
    assert not found and reference in repr(found)
    with pytest.raises(error, match=says):
        found.path  # noqa: B018
    with pytest.raises(LookupError):
        open(found)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ((401, {"detail": "The token is not valid.", "action": "Use a new token."}), "The token is not valid. Use a new token."),
        ((502, b"<html>"), "status 502"),
        ((200, b"no json"), "no list of paths"),
        ((200, {"resolved": []}), "0 of 1"),
    ],
)
def test_a_hub_that_refuses(hub, said, says):
    hub.said = said
    with pytest.raises(ResolveError, match=says):
        jupyter_datalabs.resolve("a.fits")


def test_no_hub(hub, monkeypatch):
    hub.shutdown()
    hub.server_close()
    with pytest.raises(ResolveError, match="cannot be reached"):
        jupyter_datalabs.resolve("a.fits")
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN")
    with pytest.raises(ResolveError, match="no session of a hub"):
        jupyter_datalabs.resolve("a.fits")


def test_what_is_no_reference(hub):
    with pytest.raises(TypeError):
        jupyter_datalabs.resolve(3)
    assert hub.asked == []


def test_tables_of_astropy(hub):
    table = pytest.importorskip("astropy.table")
    rows = table.Table({"datalabs_path": [FOLDER, FOLDER], "file_name": ["a.fits", "b.fits"], "hdu_index": [1, 2], "ra": [0.5, 0.25]}, masked=True)
    rows["hdu_index"].mask[1] = True
    assert [one.hdu for one in jupyter_datalabs.resolve(rows)] == [1, None]
    assert sent(hub) == [{"datalabs_path": FOLDER, "file_name": "a.fits", "hdu_index": 1}, {"datalabs_path": FOLDER, "file_name": "b.fits", "hdu_index": None}]
    hub.asked.clear()
    jupyter_datalabs.resolve(rows[1])
    jupyter_datalabs.resolve(rows["file_name"])
    assert sent(hub) == [{"datalabs_path": FOLDER, "file_name": "b.fits", "hdu_index": None}, "a.fits", "b.fits"]
    with pytest.raises(ValueError, match="None of the columns"):
        jupyter_datalabs.resolve(rows["ra",])


class Column(list):
    """A column of a data frame, as far as it is looked at."""

    tolist = list.copy
    index = None


class Frame:
    """A data frame, as far as it is looked at: pandas itself is no part of the tests' environment."""

    itertuples = None

    def __init__(self, rows):
        self.rows = rows
        self.columns = list(rows)

    def __getitem__(self, name):
        return self.rows[name]


def frames():
    rows = {"access_url": ["https://a.example/1", None], "file_name": ["a.fits", "b.fits"], "hdu_index": [1, float("nan")], "ra": [0.5, 1.5]}
    yield pytest.param(Frame({name: Column(values) for name, values in rows.items()}), id="like pandas")
    try:
        import pandas
    except ImportError:
        return
    yield pytest.param(pandas.DataFrame(rows), id="pandas")


@pytest.mark.parametrize("rows", list(frames()))
def test_tables_of_pandas(hub, rows):
    first = {"access_url": "https://a.example/1", "file_name": "a.fits", "hdu_index": 1}
    jupyter_datalabs.resolve(rows)
    assert sent(hub) == [first, {"access_url": None, "file_name": "b.fits", "hdu_index": None}]
    hub.asked.clear()
    jupyter_datalabs.resolve(rows["file_name"])
    assert sent(hub) == ["a.fits", "b.fits"]
    if hasattr(rows, "iloc"):
        hub.asked.clear()
        jupyter_datalabs.resolve(rows.iloc[0])
        assert sent(hub) == [first]
