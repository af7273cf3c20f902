"""Work that may hang, or take all memory: done in a copy of this process, which can be ended at any moment."""

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import threading
import time

from ..volumes.failure import Failure, failure_of

#: Bytes of data that a copy may have, those that it shares included.
MEMORY = 1 << 30
#: Seconds between two looks whether somebody still wants the answer.
PERIOD = 0.05

_PR_SET_PDEATHSIG = 1
# One at a time: another copy would keep the pipe of this one open.
_forking = threading.Lock()


def call(function, task, seconds, memory=MEMORY):
    """What ``function()`` returns, which has to be what JSON can say.

    Parameters
    ----------
    task : volumes.worker.Task
        Looked at for whether the request has been given up.
    seconds : float
        After which it is ended. It has so much CPU time, too.
    memory : int
        Bytes of data that it may have.

    Raises
    ------
    Failure
        What the function raised, ``cancelled``, ``timeout``, or ``too-large`` if it took all memory.
    """
    deadline = time.monotonic() + seconds
    with _forking:
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            _answer(function, write, seconds, memory)
        os.close(write)
    said = bytearray()
    try:
        while not _has_more(read, said):
            task.check()
            if time.monotonic() > deadline:
                raise Failure("timeout", "This took too long, and was given up.", "Try again, or with a smaller document.")
    finally:
        os.close(read)
        # With whatever it has started itself.
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    if not said:
        raise Failure("too-large", "This takes more memory or time than there is for it.", "Try a smaller document.")
    answer = json.loads(said)
    if "failure" in answer:
        raise Failure(*answer["failure"])
    return answer["result"]


def _has_more(read, said):
    """Whether the answer has come to its end, by which the loop ends."""
    ready, _, _ = select.select([read], [], [], PERIOD)
    if not ready:
        return False
    part = os.read(read, 1 << 20)
    said += part
    return not part


def _answer(function, write, seconds, memory):
    """The life of the copy."""
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        try:
            said = {"result": function()}
        except Exception as error:  # noqa: BLE001
            failure = failure_of(error)
            if failure is None:
                raise
            said = {"failure": [failure.code, failure.detail, failure.action]}
        with os.fdopen(write, "wb") as output:
            output.write(json.dumps(said).encode())
    except Exception as error:  # noqa: BLE001
        with contextlib.suppress(OSError):
            problem = ["internal", f"Reading failed: {type(error).__name__}.", "Try again; the server's log says more."]
            os.write(write, json.dumps({"failure": problem}).encode())
        import traceback

        traceback.print_exc()
    finally:
        os._exit(0)
