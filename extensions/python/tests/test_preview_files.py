"""Pictures, text, files that are none, and the worker itself: what it takes, and what it does without its readers."""

import asyncio
import gzip
import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from jupyter_datalabs.volumes.failure import Failure
from jupyter_datalabs.volumes.supervisor import Supervisor
from previews import Task, Volume
from server import PACKAGE


@pytest.fixture
def volume(tmp_path):
    return Volume(tmp_path)


def picture(format, mode="RGB", size=(60, 40)):
    output = io.BytesIO()
    Image.new(mode, size, 128 if len(mode) == 1 and mode != "F" else None or 0).save(output, format)
    return output.getvalue()


@pytest.mark.parametrize(
    ("format", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "1"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("JPEG", "L"), ("GIF", "P"), ("WEBP", "RGB"), ("TIFF", "F"), ("BMP", "RGB")]
)
def test_pictures(volume, format, mode):
    volume.write("a", picture(format, mode))
    said = volume.ask("preview", "a")
    assert (said["kind"], said["format"], said["width"], said["height"]) == ("image", format, 60, 40)
    body, headers = volume.ask("image", "a", width=30, height=30)
    assert Image.open(io.BytesIO(body)).size == (30, 20)
    info = json.loads(headers["X-Datalabs-Image"])
    assert (info["shape"], info["step"], info["origin"]) == ([40, 60], 2, "upper")
    assert Image.open(io.BytesIO(volume.ask("image", "a")[0])).size == (60, 40)


def test_bomb(volume):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    volume.write("a.png", b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))
    assert volume.ask("preview", "a.png")["width"] == 100_000
    problem = volume.problem("image", "a.png")
    assert problem["code"] == "unreadable-file" and "100,000" in problem["detail"]


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "TIFF"])
def test_damaged_pictures(volume, format):
    whole = picture(format, "L")
    for size in (12, len(whole) // 2, len(whole) - 12):
        volume.write("a", whole[:size])
        said = volume.either("image", "a")
        assert isinstance(said, tuple) or said["code"] == "unreadable-file"


def test_text(volume):
    assert volume.ask("text", volume.write("empty", b"")) == {"text": "", "offset": 0, "next": None, "encoding": "utf-8"}
    volume.write("a.txt", ("é" * 10).encode())
    assert volume.ask("preview", "a.txt")["kind"] == "text"
    said = volume.ask("text", "a.txt", limit=5)
    assert said == {"text": "éé", "offset": 0, "next": 4, "encoding": "utf-8"}
    assert volume.ask("text", "a.txt", offset=5, limit=100) == {"text": "é" * 7, "offset": 6, "next": None, "encoding": "utf-8"}
    whole, at = "", 0
    while at is not None:
        said = volume.ask("text", "a.txt", offset=at, limit=7)
        whole, at = whole + said["text"], said["next"]
    assert whole == "é" * 10


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_encodings_with_a_mark(volume, encoding):
    volume.write("a", "aé€𝄞".encode(encoding))
    assert volume.ask("preview", "a")["kind"] == "text"
    assert volume.ask("text", "a")["text"] == "aé€𝄞"


def test_other_encodings(volume):
    volume.write("a", "Größe".encode("latin-1"))
    said = volume.ask("text", "a")
    assert (said["text"], said["encoding"]) == ("Größe", "windows-1252")
    volume.write("b", b"text\0more")
    assert volume.ask("preview", "b")["kind"] == "binary"
    assert "more" in volume.ask("text", "b")["text"]
    assert volume.ask("preview", volume.write("d", b"GLF\x03\x01 thing"))["kind"] == "binary"
    volume.write("c.txt.gz", gzip.compress(b"packed"))
    assert volume.ask("text", "c.txt.gz")["text"] == "packed"
    assert volume.ask("preview", "c.txt.gz")["packed"] == "gzip"


def test_what_is_no_file(volume, tmp_path):
    os.mkfifo(volume.path / "pipe.fits")
    (volume.path / "folder.fits").mkdir()
    (tmp_path / "outside").write_text("secret")
    (volume.path / "out.fits").symlink_to(tmp_path / "outside")
    (volume.path / "gone.fits").symlink_to("nothing")
    (volume.path / "in.txt").symlink_to("real.txt")
    volume.write("real.txt", b"hello")
    for name, code in {
        "pipe.fits": "not-a-file", "folder.fits": "not-a-file", "": "not-a-file", "out.fits": "outside-volume", "../outside": "outside-volume",
        "/etc/passwd": "outside-volume", "gone.fits": "not-found", "none": "not-found", "real.txt/x": "not-a-folder", "x" * 300: "not-found",
    }.items():
        for method in ("preview", "image", "rows", "text"):
            assert volume.problem(method, name)["code"] == code, (name, method)
    assert volume.ask("text", "in.txt")["text"] == "hello"


def test_file_that_shrinks_while_it_is_read(volume):
    from astropy.io import fits
    import numpy

    class Cutting:
        left = 6

        def check(self):
            self.left -= 1
            if not self.left:
                os.truncate(volume.path / "a.fits", 5000)

    fits.PrimaryHDU(numpy.zeros((300, 300))).writeto(volume.path / "a.fits")
    with pytest.raises(Failure) as failure:
        volume.ask("image", "a.fits", task=Cutting(), width=100, height=100)
    assert failure.value.code == "unreadable-file"


@pytest.mark.parametrize(("missing", "file"), [("astropy", "a.fits"), ("pyarrow", "a.parquet"), ("PIL", "a.png")])
def test_without_a_reader(volume, monkeypatch, missing, file):
    import importlib

    original = importlib.import_module

    def without(name, *more):
        if name.split(".")[0] == missing:
            raise ImportError(name)
        return original(name, *more)

    monkeypatch.setattr(importlib, "import_module", without)
    volume.write("a.fits", b"SIMPLE  =                    T".ljust(80) + b"END".ljust(2800))
    volume.write("a.parquet", b"PAR1" + b"\0" * 100 + b"PAR1")
    volume.write("a.png", picture("PNG"))
    volume.write("a.csv", b"a,b\n1,2\n")
    problem = volume.problem("preview", file)
    assert problem["code"] == "preview-unavailable" and {"PIL": "Pillow"}.get(missing, missing) in problem["detail"]
    assert volume.ask("rows", "a.csv")["rows"] == [["1", "2"]]
    assert volume.ask("text", file)["offset"] == 0


@pytest.fixture
def worker(tmp_path):
    """Asks the worker's own process, as a server does: ``ask(method, **fields)`` gives the status and the answer."""
    volume = Volume(tmp_path)

    def run(*questions):
        async def body():
            supervisor = Supervisor("jupyter_datalabs.volumes.preview", [str(tmp_path / "data")])
            try:
                answers = []
                for method, fields in questions:
                    answer = await asyncio.wait_for(supervisor.ask(method, {"volume": "v", **fields}), 60)
                    answers.append((answer.status, json.loads(answer.body), supervisor.pid))
                return answers, Path(f"/proc/{supervisor.pid}/status").read_text()
            finally:
                process = supervisor._current and supervisor._current.process
                supervisor.end()
                if process:
                    await process.wait()

        return asyncio.run(body())

    volume.run = run
    return volume


def test_worker_outlives_files_that_want_all_memory(worker):
    head = '<VOTABLE version="1.3"><RESOURCE><TABLE><FIELD name="x" datatype="double" arraysize="1000000000"/><DATA><TABLEDATA>'
    worker.write("a.vot", f"{head}<TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>".encode())
    worker.write("b.txt", b"fine")
    ((status, problem, pid), (_, said, after)), _ = worker.run(("rows", {"path": "a.vot"}), ("text", {"path": "b.txt"}))
    assert (status, problem["code"]) in ((413, "too-large"), (422, "unreadable-file"))
    assert said["text"] == "fine" and after == pid


def test_memory_does_not_grow_with_the_file(worker):
    # Nobody wrote these 8 GB, yet they are there to be read; and a header of 100 MB.
    cards = ["SIMPLE  =                    T", "BITPIX  =                  -32", "NAXIS   =                    2", "NAXIS1  =                50000", "NAXIS2  =                40000", "END"]
    header = b"".join(card.ljust(80).encode() for card in cards).ljust(2880)
    worker.write("a.fits", header)
    os.truncate(worker.path / "a.fits", 2880 + 8_000_000_000)
    filler = b"COMMENT".ljust(80) * 36
    worker.write("b.fits", b"".join(card.ljust(80).encode() for card in (*cards[:2], "NAXIS   =                    0")).ljust(2880) + filler * 36_000 + b"END".ljust(2880))
    answers, status = worker.run(("preview", {"path": "a.fits"}), ("preview", {"path": "b.fits"}))
    assert answers[0][1]["hdus"][0]["dims"] == [50000, 40000]
    assert answers[1][1]["hdus"][0]["more"] is True and len(answers[1][1]["hdus"][0]["cards"]) == 2000
    assert int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) < 300_000


def test_prepare_has_the_reader_that_takes_longest(worker):
    program = (
        "import sys; from jupyter_datalabs.volumes.preview.dispatch import Previews; name = 'astropy.io.fits'; "
        "before = name in sys.modules; print(before, Previews('/').prepare({}, None), name in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    said = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True).stdout
    assert said == "False {} True\n"
    ((status, said, _),), _ = worker.run(("prepare", {"worker": "preview"}))
    assert (status, said) == (200, {})


def test_waiting_for_others_ends_when_given_up(volume):
    volume.write("a.csv", b"a,b\n1,2\n")
    volume.write("a.png", picture("PNG"))
    while volume.previews._heavy.acquire(blocking=False):
        pass
    for method, file in (("rows", "a.csv"), ("image", "a.png")):
        with pytest.raises(Failure, match="cancelled"):
            volume.ask(method, file, task=Task(left=3))
    # The count is as it was.
    volume.previews._heavy.release()
    assert volume.ask("rows", "a.csv")["total"] == 1
    assert volume.ask("image", "a.png")
