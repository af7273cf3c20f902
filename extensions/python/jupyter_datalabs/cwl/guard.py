"""Stands between a server and a test run, and sees to its end whatever becomes of either.

The request is a line on stdin; the end of stdin, which comes with that of the server at the latest, ends the run. What happens is said
in lines on stdout.
"""

import contextlib
import ctypes
import itertools
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from ..volumes.failure import Failure, failure_of

#: Seconds that programs have between being asked to end and being ended.
GRACE = 12
#: Seconds between two looks at what is left of a run.
PERIOD = 0.1
#: Bytes of outputs that are passed on; more is in the file only.
OUTPUTS = 4 << 20

_PR_SET_CHILD_SUBREAPER = 36


def say(**said):
    # The server may have gone; so does the run in a moment.
    with contextlib.suppress(OSError):
        os.write(1, json.dumps(said).encode() + b"\n")


def make_folder(request, now):
    """A new folder for the run: the one asked for, which must not have anything in it, or one named after the document and the time."""
    if request.get("outdir"):
        folder = Path(request["outdir"])
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Failure("bad-request", f"There are files in {folder.name} already.", "Choose a new or an empty folder.")
        return folder
    workspace = Path(request["workspace"]) if os.path.isdir(request["workspace"]) else Path(request["root"])
    parts = [Path(request["document"]).stem, request.get("process"), request.get("step")]
    name = re.sub(r"[^\w.-]+", "-", "-".join(part for part in parts if part))[:100].strip("-.") or "run"
    name += time.strftime("-%Y%m%d-%H%M%S", now)
    parent = Path(os.path.realpath(workspace)) / "pipeline-tests"
    parent.mkdir(exist_ok=True)
    for number in itertools.count(1):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            return folder


class Run:
    """cwltool and all that it has started."""

    def __init__(self, request, folder):
        # Whatever leaves its parents, and its session too, becomes a child of this process.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
        self._folder = folder
        self.events, write = os.pipe()
        os.set_inheritable(write, True)
        with open(folder / "log.txt", "wb") as log, open(folder / "outputs.json", "wb") as outputs:
            self._process = subprocess.Popen(
                # -P: what lies in the working directory is not imported.
                [sys.executable, "-P", "-m", "jupyter_datalabs.cwl.run", str(write)],
                stdin=subprocess.PIPE, stdout=outputs, stderr=log, pass_fds=[write], start_new_session=True,
                cwd=os.path.dirname(request["document"]),
            )
        os.close(write)
        with contextlib.suppress(OSError), self._process.stdin as stdin:
            stdin.write(json.dumps({**request, "folder": str(folder)}).encode())
        self.code = None

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def is_there(self, all_of_it):
        """Whether cwltool is, or anything of its group."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid == self._process.pid:
                    self.code = os.waitstatus_to_exitcode(status)
        if not all_of_it:
            return self.code is None
        try:
            os.killpg(self._process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def clear(self):
        """End what has been left behind."""
        self.signal(signal.SIGKILL)
        while left := _children():
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)
        shutil.rmtree(self._folder / ".work", ignore_errors=True)

    def outputs(self):
        path = self._folder / "outputs.json"
        try:
            if path.stat().st_size > OUTPUTS:
                return None
            return json.loads(path.read_bytes() or b"null")
        except (OSError, ValueError, RecursionError):
            return None


def _children():
    return [int(pid) for file in Path("/proc/self/task").glob("*/children") for pid in file.read_text().split()]


def guard():
    request = json.loads(sys.stdin.buffer.readline())
    try:
        for file in (request["document"], request["inputs"]):
            if isinstance(file, str) and not os.path.isfile(file):
                raise Failure("not-found", f"There is no file {os.path.basename(file)}.", "It may have been renamed: refresh the file browser.")
        folder = make_folder(request, time.localtime())
        (folder / ".work").mkdir()
        run = Run(request, folder)
    except (Failure, OSError) as error:
        failure = failure_of(error) or Failure("internal", f"The test run could not be started: {error.strerror}.")
        say(problem=[failure.code, failure.detail, failure.action])
        return
    say(folder=str(folder))
    watch(run)
    run.clear()
    say(ended=run.code, outputs=run.outputs())


def watch(run):
    """Pass on what is said until nothing is left of the run."""
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(run.events, selectors.EVENT_READ)
    killed_at = None
    while run.is_there(killed_at is not None) or run.events in selector.get_map():
        for key, _ in selector.select(PERIOD):
            part = os.read(key.fd, 1 << 16)
            if key.fd == run.events and part:
                with contextlib.suppress(OSError):
                    os.write(1, part)
                continue
            selector.unregister(key.fd)
            if key.fd == 0:
                run.signal(signal.SIGTERM)
                killed_at = time.monotonic() + GRACE
        if killed_at is not None and time.monotonic() > killed_at:
            run.signal(signal.SIGKILL)


if __name__ == "__main__":
    guard()
