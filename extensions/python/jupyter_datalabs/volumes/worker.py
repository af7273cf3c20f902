"""The loop of a worker process: requests as JSON lines on stdin, answers on stdout.

A request is ``{"id", "method", "params"}``; ``{"cancel": id}`` asks to give it up. An answer is a line ``{"id", "begun"}``
as soon as the request has come, any number of lines ``{"id", "progress"}``, and a line ``{"id", "status", "headers", "bytes"}``
with so many bytes of body behind it. Each request has a thread: one that hangs on a dead mount keeps no other waiting. The worker ends
when its server does, as its stdin does then.
"""

import contextlib
import json
import os
import resource
import sys
import threading
import traceback

from .failure import Failure, failure_of

JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}


class Task:
    """What a method knows about its request."""

    def __init__(self, identifier, say):
        self.id = identifier
        self.cancelled = threading.Event()
        self._say = say

    def check(self):
        """Raise when the request has been given up; to be called now and then in long work."""
        if self.cancelled.is_set():
            raise Failure("cancelled", "This was cancelled.")

    def progress(self, value):
        self._say({"id": self.id, "progress": value})


def serve(methods, memory=None):
    """Answer requests until stdin ends.

    Parameters
    ----------
    methods : dict
        Name to ``function(params, task)``, which returns what becomes JSON, or ``(bytes, headers)``.
    memory : int, optional
        Bytes of address space that this process may have; more is answered with ``too-large``.
    """
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # What libraries print must not get between the answers.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lock = threading.Lock()
    tasks, threads = {}, {}

    def say(header, body=b""):
        with lock:
            output.write(json.dumps(header).encode() + b"\n" + body)
            output.flush()

    def run(task, method, params):
        try:
            result = methods[method](params, task)
            body, headers = result if isinstance(result, tuple) else (json.dumps(result).encode(), JSON)
            status = 200
        except Exception as error:  # noqa: BLE001
            failure = failure_of(error)
            if failure is None:
                traceback.print_exc()
                failure = Failure("internal", f"Reading failed: {type(error).__name__}.", "Try again; the server's log says more.")
            status, body, headers = failure.status, failure.body(), PROBLEM
        tasks.pop(task.id, None)
        threads.pop(task.id, None)
        # The server may have gone; so does this process in a moment.
        with contextlib.suppress(OSError):
            say({"id": task.id, "status": status, "headers": headers, "bytes": len(body)}, body)

    for line in sys.stdin.buffer:
        message = json.loads(line)
        if "cancel" in message:
            task = tasks.get(message["cancel"])
            if task:
                task.cancelled.set()
            continue
        task = tasks[message["id"]] = Task(message["id"], say)
        with contextlib.suppress(OSError):
            say({"id": task.id, "begun": True})
        thread = threads[task.id] = threading.Thread(target=run, args=(task, message["method"], message["params"]), daemon=True)
        thread.start()
    for task in list(tasks.values()):
        task.cancelled.set()
    for thread in list(threads.values()):
        thread.join(2)
    # Not held up by a thread that hangs.
    os._exit(0)
