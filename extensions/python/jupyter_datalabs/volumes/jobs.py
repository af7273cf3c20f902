"""Copies under way and lately ended, as the server tells of them."""

import asyncio
import json
import uuid

from .failure import Failure

#: Ended copies that can still be asked about.
ENDED = 200
#: Copies at the same time.
MOST = 4


class Jobs:
    """Copies by a worker, each going on without anybody who waits for it."""

    def __init__(self, supervisor):
        self._supervisor = supervisor
        self._jobs = {}
        self._tasks = {}

    def start(self, params):
        """Begin a copy; one with the ``key`` of an earlier one is that one, asked for again by who heard no answer."""
        identifier = params.pop("key", None) or uuid.uuid4().hex
        if identifier in self._jobs:
            return {"job": identifier}
        if len(self._tasks) >= MOST:
            raise Failure("too-many", f"{MOST} copies are under way.", "Wait for one to end, or cancel it.")
        for job in list(self._jobs)[: max(0, len(self._jobs) - ENDED)]:
            if job not in self._tasks:
                del self._jobs[job]
        self._jobs[identifier] = {"done": 0, "total": 0, "files": 0, "skipped": 0, "state": "running"}
        params = {**params, "staging": f".copy-{identifier}"}
        task = self._tasks[identifier] = asyncio.ensure_future(self._run(identifier, params))
        task.add_done_callback(lambda _: self._tasks.pop(identifier))
        return {"job": identifier}

    def get(self, identifier):
        if identifier not in self._jobs:
            raise Failure("unknown-job", "There is no such copy.", "It may have ended with an earlier server; look in your workspace.")
        return self._jobs[identifier]

    def cancel(self, identifier):
        job = self.get(identifier)
        if job["state"] == "running":
            job["state"] = "cancelled"
            self._tasks[identifier].cancel()
        return job

    async def _run(self, identifier, params):
        job = self._jobs[identifier]
        try:
            answer = await self._supervisor.ask("copy", params, deadline=None, on_progress=job.update)
            said = json.loads(answer.body)
            job.update({**said, "state": "done"} if answer.status == 200 else {"state": "failed", "problem": said})
        except Failure as failure:
            job.update({"state": "failed", "problem": failure.problem()})
            await self._clean(params)

    async def _clean(self, params):
        try:
            await self._supervisor.ask("clean", {"to": params["to"], "staging": params["staging"]})
        except Failure:
            pass  # What stays is a hidden folder that says by its name what it is.
