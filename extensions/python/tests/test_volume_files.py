"""Files of volumes over HTTP, with a real server and its real workers."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from server import PACKAGE, SECONDS, wait


class Volumes:
    """A server, its volumes and the workspace."""

    def __init__(self, start, folder):
        self.data, self.workspace = folder / "data", folder / "workspace"
        self.volume = self.data / "v"
        self.volume.mkdir(parents=True)
        self.workspace.mkdir()
        self.server = start(f"--VolumeFiles.data={self.data}", f"--VolumeFiles.workspace={self.workspace}")

    def post(self, method, body=None, token="secret", raw=None, **fields):
        """The status, and what was answered."""
        body = raw if raw is not None else json.dumps(body if body is not None else {"volume": "v", "path": "", **fields}).encode()
        headers = {"Authorization": f"token {token}"} if token else {}
        request = Request(f"{self.server.url}datalabs/volumes/{method}", method="POST", data=body, headers=headers)
        try:
            with urlopen(request, timeout=SECONDS) as response:
                return response.status, json.loads(response.read())
        except HTTPError as error:
            return error.code, json.loads(error.read())

    def copy(self, *paths, to="", **more):
        _, said = self.post("copy", {"volume": "v", "paths": paths, "to": to, **more})
        return said["job"]

    def job(self, job):
        return self.post("jobs", {"job": job})[1]

    def ended(self, job):
        return wait("the copy", lambda: (said := self.job(job))["state"] != "running" and said)

    def workers(self):
        pids = "".join(file.read_text() for file in Path(f"/proc/{self.server.process.pid}/task").glob("*/children")).split()
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in pids}
        return {pid: command for pid, command in commands.items() if "jupyter_datalabs.volumes" in command}


@pytest.fixture
def volumes(start, tmp_path):
    return Volumes(start, tmp_path)


def test_lists_and_outlives_its_worker(volumes):
    with open(os.fsencode(volumes.volume) + b"/bad\xff.fits", "wb") as file:
        file.write(b"12")
    assert volumes.workers() == {}
    status, page = volumes.post("list")
    assert (status, page["total"]) == (200, 1)
    assert page["entries"][0]["name"] == "bad\udcff.fits"
    _, said = volumes.post("stat", {"volume": "v", "paths": ["bad\udcff.fits"]})
    assert said["entries"] == page["entries"]
    (worker,) = volumes.workers()
    os.kill(worker, signal.SIGKILL)
    status, problem = volumes.post("list", index=page["index"])
    assert (status, problem["code"]) == (410, "index-gone")
    assert problem["type"] == "urn:datalabs:problem:index-gone"
    assert volumes.post("list")[1]["entries"] == page["entries"]
    (another,) = volumes.workers()
    assert another != worker
    volumes.server.stop()
    wait("the worker's end", lambda: not Path(f"/proc/{another}").exists())


def test_a_worker_is_there_before_it_is_needed(volumes):
    for worker in ("listing", "preview"):
        assert volumes.post("prepare", {"worker": worker}) == (200, {})
        assert any(f"volumes.{worker}" in command for command in volumes.workers().values())
    assert volumes.post("prepare", {"worker": "copying"})[0] == 400
    assert len(volumes.workers()) == 2


def test_refusals(volumes):
    for fields, status, code in [
        ({"path": "a\0b"}, 400, "bad-request"),
        ({"volume": "v\0"}, 400, "bad-request"),
        ({"glob": "*\0"}, 400, "bad-request"),
        ({"path": "\ud800"}, 400, "bad-request"),
        ({"path": 1}, 400, "bad-request"),
        ({"limit": 1001}, 400, "bad-request"),
        ({"limit": True}, 400, "bad-request"),
        ({"sort": "colour"}, 400, "bad-request"),
        ({"surprise": 1}, 400, "bad-request"),
        ({"path": "../.."}, 403, "outside-volume"),
        ({"path": "nothing"}, 404, "not-found"),
        ({"volume": "w"}, 404, "not-mounted"),
    ]:
        answered, problem = volumes.post("list", **fields)
        assert (answered, problem["status"], problem["code"]) == (status, status, code), fields
        assert problem["detail"].endswith("."), fields
    for raw in (b"{", b"", b"[]", b"\xff"):
        assert volumes.post("list", raw=raw)[1]["code"] == "bad-request"
    assert volumes.post("stat", {"volume": "v", "paths": ["a"] * 1001})[0] == 400
    assert volumes.post("stat", {"volume": "v", "paths": ["a", "a\0"]})[0] == 400
    assert volumes.post("list", token=None)[0] == 403
    assert volumes.post("copy", {"volume": "v", "paths": ["a"], "to": ""}, token="wrong")[0] == 403


def test_copies_and_never_overwrites(volumes):
    deep = volumes.volume / "tile" / "deep"
    deep.mkdir(parents=True)
    (deep / "b.fits.gz").write_bytes(b"x" * 100)
    os.utime(deep / "b.fits.gz", (1, 1000))
    (deep / "round").symlink_to("..")
    (deep / "out").symlink_to("/etc/passwd")
    (volumes.volume / "link.fits.gz").symlink_to("tile/deep/b.fits.gz")
    said = volumes.ended(volumes.copy("tile", "link.fits.gz", to="from/archive"))
    assert said == {"done": 200, "total": 200, "files": 2, "skipped": 2, "state": "done", "names": ["tile", "link.fits.gz"]}
    target = volumes.workspace / "from" / "archive"
    assert (target / "tile/deep/b.fits.gz").stat().st_mtime == 1000
    assert not (target / "link.fits.gz").is_symlink()
    assert sorted(os.listdir(target / "tile/deep")) == ["b.fits.gz"]
    (target / "link.fits.gz").write_text("mine")
    said = volumes.ended(volumes.copy("tile", "link.fits.gz", to="from/archive"))
    assert said["names"] == ["tile (1)", "link (1).fits.gz"]
    assert (target / "link.fits.gz").read_text() == "mine"
    assert volumes.ended(volumes.copy("tile/deep/..", "", to="others"))["names"] == ["tile", "v"]
    assert sorted(os.listdir(target)) == ["link (1).fits.gz", "link.fits.gz", "tile", "tile (1)"]


def test_a_copy_asked_for_twice_is_made_once(volumes):
    (volumes.volume / "a").write_text("a")
    key = "0c59a8f2-63f7-4a0b-9e19-0d4c6f1f6a55"
    assert volumes.copy("a", key=key) == volumes.copy("a", key=key) == key
    assert volumes.ended(key)["names"] == ["a"]
    assert volumes.copy("a", key=key) == key
    assert os.listdir(volumes.workspace) == ["a"]
    for bad in ("", "../x", "a" * 65, "A/b", 1):
        assert volumes.post("copy", {"volume": "v", "paths": ["a"], "to": "", "key": bad})[1]["code"] == "bad-request"


def test_copies_that_are_refused_leave_nothing(volumes):
    (volumes.volume / "a").write_text("a")
    with open(volumes.volume / "huge", "wb") as file:
        file.truncate(8 << 40)
    for paths, to, code in [
        (["a"], "..", "outside-volume"),
        (["../x"], "", "outside-volume"),
        (["missing"], "", "not-found"),
        (["a", "huge"], "", "disk-full"),
        (["huge"], "sub", "disk-full"),
    ]:
        said = volumes.ended(volumes.copy(*paths, to=to))
        assert (said["state"], said["problem"]["code"]) == ("failed", code)
    assert volumes.ended(volumes.copy("a", room=0))["problem"]["code"] == "home-full"
    assert {path.name for path in volumes.workspace.rglob("*")} <= {"sub"}
    assert volumes.post("jobs", {"job": "x"})[1]["code"] == "unknown-job"


@pytest.fixture
def long(volumes):
    """A copy that is under way for some seconds."""
    with open(volumes.volume / "long", "wb") as file:
        file.truncate(8 << 30)
    job = volumes.copy("long", to="sub")
    wait("its begin", lambda: volumes.job(job)["done"] > 0)
    assert [name.split("-")[0] for name in os.listdir(volumes.workspace / "sub")] == [".copy"]
    return job


def test_cancelled_copy_leaves_nothing(volumes, long):
    assert volumes.post("cancel", {"job": long})[1]["state"] == "cancelled"
    wait("the removal", lambda: not os.listdir(volumes.workspace / "sub"))
    assert volumes.job(long)["state"] == "cancelled"
    assert volumes.post("cancel", {"job": long})[0] == 200


def test_copy_whose_process_dies_has_failed_and_leaves_nothing(volumes, long):
    (worker,) = volumes.workers()
    os.kill(worker, signal.SIGKILL)
    assert volumes.ended(long)["problem"]["code"] == "worker-ended"
    wait("the removal", lambda: not os.listdir(volumes.workspace / "sub"))


def test_copy_does_not_outlive_its_server(volumes, long):
    volumes.server.stop()
    wait("the removal", lambda: not os.listdir(volumes.workspace / "sub"))


def test_a_server_starts_without_what_only_workers_need():
    code = (
        "import sys, jupyter_datalabs.volumes.handlers; "
        "print([name for name in sys.modules if name.rpartition('.')[0] == 'jupyter_datalabs.volumes'"
        " or name in ('numpy', 'astropy', 'pyarrow')])"
    )
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
    for name in ("listing", "copying", "preview", "worker", "paths", "numpy", "astropy", "pyarrow"):
        assert f".{name}'" not in said and f"'{name}'" not in said
    assert "handlers" in said


def test_previews_are_read_in_another_process(volumes):
    """And of everything that reads them, nothing is in the server."""
    from astropy.io import fits
    import numpy

    name = os.fsencode(volumes.volume) + b"/bad\xff.fits"
    with open(name, "wb") as file:
        columns = [fits.Column("flux", "E", unit="uJy", array=[0.5])]
        fits.HDUList([fits.PrimaryHDU(numpy.ones((4, 3))), fits.BinTableHDU.from_columns(columns)]).writeto(file)
    path = "bad\udcff.fits"
    status, said = volumes.post("preview", path=path)
    assert (status, said["kind"], said["size"]) == (200, "fits", os.path.getsize(name))
    assert volumes.post("rows", path=path, hdu=1)[1]["rows"] == [[0.5]]
    assert volumes.post("text", path=path, limit=8)[1]["text"] == "SIMPLE  "
    body = json.dumps({"volume": "v", "path": path, "hdu": 0}).encode()
    request = Request(f"{volumes.server.url}datalabs/volumes/image", method="POST", data=body, headers={"Authorization": "token secret"})
    with urlopen(request, timeout=SECONDS) as response:
        assert response.headers["Content-Type"] == "image/png" and response.read(4) == b"\x89PNG"
        assert json.loads(response.headers["X-Datalabs-Image"])["shape"] == [4, 3]
    assert [command for command in volumes.workers().values() if "volumes.preview" in command]
    libraries = Path(f"/proc/{volumes.server.process.pid}/maps").read_text()
    for reader in ("numpy", "astropy", "pyarrow", "PIL"):
        assert f"/{reader}/" not in libraries
    for fields, code in [({"map": "jet"}, "bad-request"), ({"width": 4096}, "bad-request"), ({"hdu": -1}, "bad-request"), ({"path": "../x"}, "outside-volume"), ({"path": "x"}, "not-found")]:
        assert volumes.post("image", **{"path": path, **fields})[1]["code"] == code


def test_server_imports_no_reader():
    program = "import sys, jupyter_datalabs.volumes.handlers; print([m for m in ('numpy', 'astropy', 'pyarrow', 'PIL') if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    assert subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True).stdout == "[]\n"
