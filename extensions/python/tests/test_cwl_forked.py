"""Work in a copy of the process is bounded, whatever it does."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cwl_server import children, has_ended
from jupyter_datalabs.cwl import forked
from jupyter_datalabs.volumes.failure import Failure
from jupyter_datalabs.volumes.worker import Task
from server import wait


@pytest.fixture
def task():
    return Task(1, lambda said: None)


def hang(file):
    """Forever, with a program of its own."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    Path(file).write_text(" ".join(map(str, [os.getpid(), *children(os.getpid())])))
    while True:
        pass


def pids(file):
    return wait("the copy", lambda: file.exists() and file.read_text()).split()


def test_answers(task):
    assert forked.call(lambda: {"pid": os.getpid()}, task, 30)["pid"] != os.getpid()
    assert len(forked.call(lambda: "x" * (5 << 20), task, 30)) == 5 << 20


def test_failures(task):
    def fail():
        raise Failure("not-found", "It is not there.", "Look elsewhere.")

    with pytest.raises(Failure) as failed:
        forked.call(fail, task, 30)
    assert (failed.value.code, failed.value.detail, failed.value.action) == ("not-found", "It is not there.", "Look elsewhere.")
    with pytest.raises(Failure) as failed:
        forked.call(lambda: 1 // 0, task, 30)
    assert failed.value.code == "internal"


def test_memory(task):
    for function in (lambda: len(bytearray(1 << 30)), lambda: len([[] for _ in range(1 << 30)])):
        with pytest.raises(Failure) as failed:
            forked.call(function, task, 60, memory=256 << 20)
        assert failed.value.code == "too-large"


def test_time(task, tmp_path):
    with pytest.raises(Failure) as failed:
        forked.call(lambda: hang(tmp_path / "pids"), task, 4)
    assert failed.value.code == "timeout"
    for pid in pids(tmp_path / "pids"):
        wait("its end", lambda pid=pid: has_ended(pid))


def test_cancel(task, tmp_path):
    said = []

    def ask():
        try:
            forked.call(lambda: hang(tmp_path / "pids"), task, 60)
        except Failure as failure:
            said.append(failure.code)

    thread = threading.Thread(target=ask)
    thread.start()
    both = pids(tmp_path / "pids")
    task.cancelled.set()
    # Long before its time would be over.
    thread.join(10)
    assert said == ["cancelled"]
    for pid in both:
        wait("its end", lambda pid=pid: has_ended(pid))


def test_many_at_once_do_not_wait_for_each_other(task):
    read, write = os.pipe()
    waiting = threading.Thread(target=lambda: forked.call(lambda: len(os.read(read, 1)), task, 60))
    waiting.start()
    assert [forked.call(lambda number=number: number, task, 30) for number in range(5)] == list(range(5))
    assert waiting.is_alive()
    os.write(write, b"!")
    waiting.join()
    os.close(read)
    os.close(write)
