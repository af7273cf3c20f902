"""Listings of volumes: pages that agree with each other, and names and links of every kind."""

import json
import os
import shutil
import tempfile
import threading
from pathlib import Path

import pytest

from jupyter_datalabs.volumes.failure import failure_of
from jupyter_datalabs.volumes.listing import Listings
from jupyter_datalabs.volumes.paths import describe
from jupyter_datalabs.volumes.worker import Task


@pytest.fixture
def data(tmp_path):
    """Volumes of this test; ``v`` is one of them."""
    (tmp_path / "data" / "v").mkdir(parents=True)
    return tmp_path / "data"


@pytest.fixture
def task():
    return Task(1, lambda _: None)


@pytest.fixture
def ask(data, task):
    listings = Listings(str(data))
    return lambda **params: listings.list({"volume": "v", "path": "", **params}, task)


def names(page):
    return [entry["name"] for entry in page["entries"]]


def entry_of(page, name):
    return next(entry for entry in page["entries"] if entry["name"] == name)


def refusal(call, **params):
    """The code that a worker answers with."""
    with pytest.raises(Exception) as raised:  # noqa: PT011
        call(**params)
    return failure_of(raised.value).code


@pytest.fixture
def files(data):
    """Three folders and nine files, each larger and older than the one before."""
    for number in range(3):
        (data / "v" / f"dir{number}").mkdir()
    for number in range(9):
        file = data / "v" / f"f{number}.fits"
        file.write_bytes(b"x" * (number + 1))
        os.utime(file, (0, 1000 - number))
    return data / "v"


def test_folders_come_first_in_either_direction(ask, files):
    page = ask()
    assert names(page) == ["dir0", "dir1", "dir2", *(f"f{number}.fits" for number in range(9))]
    assert entry_of(page, "f4.fits") == {"name": "f4.fits", "type": "file", "size": 5, "modified": 996_000}
    assert entry_of(page, "dir0")["size"] is None
    assert page["total"] == page["indexed"]["entries"] == 12
    assert names(ask(descending=True))[:4] == ["dir2", "dir1", "dir0", "f8.fits"]


def test_sorts_and_filters(ask, files):
    assert names(ask(sort="size", type="file", limit=2)) == ["f0.fits", "f1.fits"]
    assert names(ask(sort="size", descending=True, limit=2)) == ["f8.fits", "f7.fits"]
    assert names(ask(sort="modified", limit=2, type="file")) == ["f8.fits", "f7.fits"]
    assert names(ask(type="directory")) == ["dir0", "dir1", "dir2"]
    assert names(ask(prefix="f3")) == ["f3.fits"]
    assert names(ask(glob="*[12].fi?s")) == ["f1.fits", "f2.fits"]
    assert names(ask(glob="F[12].FI?S")) == ["f1.fits", "f2.fits"]
    assert ask(glob="*.FITS.*")["total"] == 0


@pytest.mark.parametrize("head", [0, 5, 10, 1000])
def test_pages_of_one_index_agree_whatever_happens_meanwhile(ask, files, head, monkeypatch):
    monkeypatch.setattr("jupyter_datalabs.volumes.listing.HEAD", head)
    first = ask(limit=5)
    (files / "a-new-one").touch()
    (files / "f2.fits").unlink()
    pages = [first, *(ask(limit=5, offset=offset, index=first["index"]) for offset in (5, 10))]
    assert [name for page in pages for name in names(page)] == ["dir0", "dir1", "dir2", *(f"f{number}.fits" for number in range(9))]
    assert {page["total"] for page in pages} == {12}
    # Gone between listing and looking.
    gone = entry_of(pages[1], "f2.fits")
    assert gone == {"name": "f2.fits", "type": "other", "size": None, "modified": None, "problem": "not-found"}
    assert names(ask(limit=5))[3] == "a-new-one"


def test_page_past_the_end_is_empty(ask, files):
    page = ask(offset=100)
    assert (page["entries"], page["total"]) == ([], 12)


def test_index_of_another_folder_or_time_is_gone(ask, files):
    index = ask()["index"]
    assert refusal(ask, index=index, path="dir0") == "index-gone"
    assert refusal(ask, index="x") == "index-gone"
    filtered = ask(glob="f*", limit=1)["index"]
    for number in range(9):
        ask(index=filtered), ask(prefix=f"f{number}")
    assert names(ask(index=filtered, offset=8)) == ["f8.fits"]
    assert refusal(ask, index=filtered.replace("f*", "f?")) == "index-gone"


def test_a_big_folder_is_read_once_until_it_changes_or_somebody_asks(ask, data, monkeypatch):
    monkeypatch.setattr("jupyter_datalabs.volumes.listing.BIG", 3)
    for name in "abc":
        (data / "v" / name).touch()
    first = ask()
    assert ask()["index"] == first["index"]
    assert ask(glob="a")["indexed"] == first["indexed"]
    refreshed = ask(refresh=True)
    assert refreshed["index"] != first["index"]
    # Whoever reads on in the earlier one is not disturbed.
    assert names(ask(index=first["index"])) == ["a", "b", "c"]
    (data / "v" / "d").touch()
    os.utime(data / "v", ns=(1, 1))
    assert names(ask()) == ["a", "b", "c", "d"]


def test_what_was_used_least_lately_goes_when_memory_is_full(data, task):
    for name in "abc":
        folder = data / "v" / name
        folder.mkdir()
        for number in range(100):
            (folder / f"{name}{number}").touch()
    # Room for two of them.
    listings = Listings(str(data), kept=15_000)

    def ask(**params):
        return listings.list({"volume": "v", **params}, task)

    a, b = ask(path="a"), ask(path="b")
    ask(path="a", index=a["index"])
    ask(path="c")
    assert ask(path="a", index=a["index"], offset=99)["total"] == 100
    assert refusal(ask, path="b", index=b["index"]) == "index-gone"


NAMES = [b"bad\xff\xfe.fits", b"two\nlines", b"quote\"'\\", b"-rf", b" ", b"\xc3\xa9t\xc3\xa9.txt", b"L" * 255, b"\xed\xb3\xbf", b"con\x1btrol", "𝛼".encode()]


def test_names_of_every_kind_go_there_and_back(ask, data, task):
    for name in NAMES:
        with open(os.path.join(os.fsencode(data / "v"), name), "wb") as file:
            file.write(b"12")
    # As a browser gets it and sends it.
    page = json.loads(json.dumps(ask()))
    assert sorted(os.fsencode(name) for name in names(page)) == sorted(NAMES)
    assert {entry["size"] for entry in page["entries"]} == {2}
    said = Listings(str(data)).stat({"volume": "v", "paths": names(page)}, task)["entries"]
    assert said == page["entries"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("\ud800", "bad-request"),
        ("..", "outside-volume"),
        ("../v2", "outside-volume"),
        ("/etc", "outside-volume"),
        ("out", "outside-volume"),
        ("out/passwd", "outside-volume"),
        ("up/..", "outside-volume"),
        ("missing", "not-found"),
        ("L" * 256, "not-found"),
        ("file", "not-a-folder"),
        ("round", "link-loop"),
    ],
)
def test_paths_that_are_refused(ask, data, path, code):
    (data / "v2").mkdir()
    root = data / "v"
    (root / "file").touch()
    (root / "out").symlink_to("/etc")
    (root / "up").symlink_to(data / "v2")
    (root / "round").symlink_to("round")
    assert refusal(ask, path=path) == code


def test_volumes_that_are_refused(ask, data):
    assert refusal(ask, volume="nope") == "not-mounted"
    for name in ("..", ".", "", "v/.."):
        assert refusal(ask, volume=name) == "bad-request"


def test_links_tell_what_they_lead_to_inside_the_volume(ask, data):
    root = data / "v"
    (root / "deep").mkdir()
    (root / "deep" / "file").write_bytes(b"123")
    (root / "to-file").symlink_to("deep/file")
    (root / "to-folder").symlink_to("deep")
    (root / "out").symlink_to("/etc/passwd")
    (root / "dangling").symlink_to("nothing")
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    page = ask()
    # With the folders, as it is one for whoever opens it.
    assert names(page)[:2] == ["deep", "to-folder"]
    link = entry_of(page, "to-file")
    assert (link["type"], link["size"], link["link"]) == ("file", 3, "deep/file")
    assert entry_of(page, "to-folder")["type"] == "directory"
    out = entry_of(page, "out")
    assert (out["type"], out["size"], out["problem"]) == ("link", None, "outside-volume")
    dangling = entry_of(page, "dangling")
    assert (dangling["type"], dangling["broken"], dangling["problem"]) == ("link", True, "not-found")
    assert entry_of(page, "one")["problem"] == "link-loop"
    assert names(ask(path="to-folder")) == ["file"]
    assert ask(sort="size")["total"] == 7


def test_stat_answers_for_each_path(data, task):
    (data / "v" / "a").write_bytes(b"1")
    (data / "v" / "deep").mkdir()
    (data / "v" / "out").symlink_to("/etc")
    paths = ["a", "", "deep/", "deep/..", "missing", "../x", "out", "out/passwd", "\ud800"]
    said = Listings(str(data)).stat({"volume": "v", "paths": paths}, task)["entries"]
    assert [entry["name"] for entry in said] == paths
    assert [entry["type"] for entry in said] == ["file", *["directory"] * 3, "other", "other", "link", "other", "other"]
    assert [entry.get("problem") for entry in said] == [
        *[None] * 4, "not-found", "outside-volume", "outside-volume", "outside-volume", "bad-request",
    ]


def test_permission_denied(task):
    """By somebody without rights, which root never is."""
    data = Path(tempfile.mkdtemp())
    (data / "v" / "closed").mkdir(parents=True)
    (data / "v" / "closed" / "file").touch()
    (data / "v" / "closed").chmod(0)
    data.chmod(0o755)
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(65534)
        root = os.path.realpath(data / "v")
        listings = Listings(str(data))
        assert refusal(listings.list, params={"volume": "v", "path": "closed"}, task=task) == "permission-denied"
        assert listings.list({"volume": "v", "path": ""}, task)["entries"][0]["type"] == "directory"
        assert describe(root, f"{root}/closed", "file")["problem"] == "permission-denied"
    finally:
        if is_root:
            os.seteuid(0)
        (data / "v" / "closed").chmod(0o755)
        shutil.rmtree(data)


def test_cancelled_while_another_one_reads(data, task):
    listings = Listings(str(data))
    real = os.path.realpath(data / "v")
    reading = listings._reading[real] = threading.Lock()
    with reading:
        task.cancelled.set()
        assert refusal(listings.list, params={"volume": "v", "path": ""}, task=task) == "cancelled"
