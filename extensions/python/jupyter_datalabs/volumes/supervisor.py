"""Keeps a worker process for a server: started when first asked, ended when idle, and started anew after it died."""

import asyncio
import contextlib
import itertools
import json
import logging
import os
import signal
import sys

from .failure import Failure

UNEXPECTED = ("The process that reads files ended unexpectedly.", "Try again.")
FULL = ("The system ended the process that reads files, probably for want of memory.", "Stop kernels that you no longer need, then try again.")
#: Bytes of a line that a worker says; bodies have any number.
LINE = 1 << 20

#: When a request is asked again of a new process if the one that had it ended: only if it had not begun with it, …
UNBEGUN = 0
#: … or was ended because of another request, which is for all that change nothing, …
BLAMELESS = 1
#: … or whatever it ended of, which is for those that cannot be what it ended of.
ANYHOW = 2


class _Ended(Failure):
    """The process ended; ``part`` is the least of the above with which the request is asked again."""

    def __init__(self, part, why):
        super().__init__("worker-ended", *why)
        self.part = part


class Answer:
    """What a worker answered; the body is passed on as it is."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Supervisor:
    """One worker process of a module, for the event loop of a server.

    Parameters
    ----------
    module : str
        Run by ``python -m``; it has to call ``worker.serve``.
    arguments : list of str
        For the module.
    idle : float
        Seconds without a request after which the process ends.
    grace : float
        Seconds that a request has to end in after it was cancelled. One that does not end hangs in the system, mostly on a
        dead mount, and its process is given up with it.
    most : int
        Requests at the same time.
    """

    def __init__(self, module, arguments=(), *, idle=600.0, grace=10.0, most=32):
        self._command = [sys.executable, "-m", module, *arguments]
        self._idle, self._grace, self._most = idle, grace, most
        self._starting = asyncio.Lock()
        self._current = None
        self._timer = None

    @property
    def pid(self):
        """Of the process, None while there is none."""
        return self._current.process.pid if self._current else None

    @property
    def busy(self):
        """How many requests are under way, those given up that have not ended yet among them."""
        return len(self._current.pending) if self._current else 0

    async def ask(self, method, params, *, deadline=60.0, again=UNBEGUN, on_progress=None):
        """Have a method called in the worker.

        Parameters
        ----------
        deadline : float or None
            Seconds until the request is given up with ``timeout``. Cancelling the calling task gives it up, too.
        again : int
            When to ask a new process if this one ends meanwhile, once: ``UNBEGUN``, ``BLAMELESS`` or ``ANYHOW``.
        on_progress : callable, optional
            Called with whatever the method reports on its way.

        Raises
        ------
        Failure
            ``timeout``, ``worker-ended``, ``no-worker`` or ``too-many``. What the method itself says is in the ``Answer``.
        """
        while True:
            process = await self._process()
            if len(process.pending) >= self._most:
                raise Failure("too-many", "Too much is being read at the same time.", "Wait for it, then try again.")
            try:
                return await self._ask(process, method, params, deadline, on_progress)
            except _Ended as ended:
                if ended.part > again:
                    raise
                again = -1

    async def _ask(self, process, method, params, deadline, on_progress):
        identifier, answer = process.send(method, params, on_progress)
        try:
            return await asyncio.wait_for(asyncio.shield(answer), deadline)
        except (asyncio.TimeoutError, asyncio.CancelledError) as error:
            process.cancel(identifier, self._grace, self._give_up)
            if isinstance(error, asyncio.CancelledError):
                raise
            raise Failure("timeout", "This took too long, and was given up.", "Try again, or choose a smaller part.") from None
        finally:
            self._rest()

    async def _process(self):
        async with self._starting:
            if self._current is None:
                try:
                    process = await asyncio.create_subprocess_exec(
                        *self._command,
                        stdin=asyncio.subprocess.PIPE,
                        stdout=asyncio.subprocess.PIPE,
                        limit=LINE,
                        # Modules come from the installation alone, not from the folder that the server was started in.
                        cwd="/",
                        # Memory is bounded by addresses, of which every thread would reserve some.
                        env={**os.environ, "MALLOC_ARENA_MAX": "2"},
                        start_new_session=True,
                    )
                except (OSError, RuntimeError) as error:
                    # No process, thread, memory or open file is left.
                    what = getattr(error, "strerror", None) or str(error)
                    raise Failure("no-worker", f"The process that reads files could not be started: {what}.", FULL[1]) from error
                self._current = _Process(process, self._forget)
            return self._current

    def _forget(self, process):
        if self._current is process:
            self._current = None

    def _give_up(self, process):
        self._forget(process)
        process.kill()

    def _rest(self):
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._idle, self._end_if_idle)

    def _end_if_idle(self):
        if not self.busy:
            self.end()

    def end(self):
        """End the process; the next question starts another."""
        if self._current:
            self._give_up(self._current)


class _Process:
    """A running worker: its requests, and who waits for them."""

    def __init__(self, process, on_end):
        self.process = process
        self.pending = {}
        self._begun = set()
        self._ids = itertools.count(1)
        self._reader = asyncio.ensure_future(self._read(on_end))

    def send(self, method, params, on_progress):
        identifier = next(self._ids)
        answer = asyncio.get_running_loop().create_future()
        # Nobody may be left to look at it.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        self.pending[identifier] = (answer, on_progress)
        self._write({"id": identifier, "method": method, "params": params})
        return identifier, answer

    def cancel(self, identifier, grace, give_up):
        if identifier in self.pending:
            self._write({"cancel": identifier})
            asyncio.get_running_loop().call_later(grace, lambda: identifier in self.pending and give_up(self))

    def kill(self, part=BLAMELESS, why=UNEXPECTED):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        # Not waited for: a process that hangs in the system outlasts even this for a while.
        pending, self.pending = self.pending, {}
        for identifier, (answer, _) in pending.items():
            if not answer.done():
                answer.set_exception(_Ended(part if identifier in self._begun else UNBEGUN, why))

    def _write(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    async def _read(self, on_end):
        output, ended = self.process.stdout, False
        try:
            while line := await output.readline():
                header = json.loads(line)
                if "begun" in header:
                    self._begun.add(header["id"])
                    continue
                if "progress" in header:
                    _, on_progress = self.pending.get(header["id"], (None, None))
                    if on_progress:
                        on_progress(header["progress"])
                    continue
                body = await output.readexactly(header["bytes"])
                self._begun.discard(header["id"])
                answer, _ = self.pending.pop(header["id"], (None, None))
                if answer and not answer.done():
                    answer.set_result(Answer(header["status"], header["headers"], body))
            ended = True
        except asyncio.IncompleteReadError:
            ended = True
        except Exception:  # noqa: BLE001
            logging.getLogger(__name__).exception("A process that reads files said what cannot be understood.")
        finally:
            on_end(self)
            # Only the system ends a process so, and mostly because memory ran out: nobody is left to ask in those that we end.
            full = ended and self.pending and await self._code() == -signal.SIGKILL
            # One that says what cannot be understood is still there.
            self.kill(ANYHOW, FULL if full else UNEXPECTED)

    async def _code(self):
        try:
            return await asyncio.wait_for(self.process.wait(), 5)
        except asyncio.TimeoutError:
            return None
