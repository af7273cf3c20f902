"""Test runs under way and lately ended, as the server tells of them."""

import asyncio
import contextlib
import json
import os
import sys
import time
import urllib.parse
import uuid

from jupyter_server._tz import utcnow

from ..volumes.failure import Failure
from .requests import local

#: Runs at the same time.
MOST = 2
#: Seconds until a run has begun, which takes no more than to make its folder.
START = 30
#: Ended runs that can still be asked about.
ENDED = 50
#: Bytes of log in an answer.
LOG = 256 << 10
#: Steps and jobs of a run that are kept account of.
ENTRIES = 5000
#: Bytes of a line that a run's guard says, outputs with all their characters escaped among them.
LINE = 32 << 20
#: Seconds between two notes that a run is work.
PERIOD = 20
#: Ends like this, so that it counts as activity.
ACTIVITY = "datalabs_cwl_last_activity"


class Runs:
    """cwltool's runs, each in the care of a process of its own.

    Parameters
    ----------
    root : str
        The server's.
    workspace : str
        Where folders of runs are made.
    settings : dict
        Of the server, where activity is noted.
    """

    def __init__(self, root, workspace, settings):
        self._root, self._workspace, self._settings = root, workspace, settings
        self._runs = {}
        #: Of the runs under way: the process that cares for each, None until there is one, and the task that listens to it.
        self._guards, self._tasks = {}, {}

    async def start(self, params):
        """Begin a run; one with the ``key`` of an earlier one is that one, asked for again by who heard no answer."""
        identifier = params.get("key") or uuid.uuid4().hex
        if identifier in self._runs:
            return self._public(identifier)
        if len(self._guards) >= MOST:
            raise Failure("too-many", f"{MOST} test runs are under way.", "Wait for one to end, or cancel it.")
        request = self._request(params)
        for run in [run for run in self._runs if run not in self._guards][: max(0, len(self._runs) - ENDED)]:
            del self._runs[run]
        self._runs[identifier] = {
            "id": identifier, "path": params["path"], "process": params.get("process"), "step": params.get("step"), "state": "running",
            "started": _now(), "ended": None, "exitCode": None, "folder": None, "error": None, "passedOver": [],
            "steps": {}, "jobs": {}, "outputs": None,
        }
        self._guards[identifier] = None
        begun = asyncio.get_running_loop().create_future()
        # The run goes on without anybody who waits for it.
        self._tasks[identifier] = asyncio.ensure_future(self._care(identifier, request, begun))
        try:
            await asyncio.wait_for(asyncio.shield(begun), START)
        except asyncio.TimeoutError:
            self.cancel(identifier)
            raise Failure("timeout", "The file system does not let the test run begin.", "Try again, or with a copy in your workspace.") from None
        return self._public(identifier)

    def _request(self, params):
        inputs, outdir = params.get("inputs", {}), params.get("outdir")
        return {
            "root": self._root, "workspace": self._workspace, "document": local(self._root, params["path"]),
            "process": params.get("process", "").removeprefix("#"), "step": params.get("step"),
            "inputs": local(self._root, inputs) if isinstance(inputs, str) else inputs,
            "outdir": local(self._root, outdir) if outdir else None,
        }

    def list(self):
        """All that are known, the last one first, without what is long about them."""
        long = ("steps", "jobs", "outputs", "passedOver")
        return [{name: value for name, value in run.items() if name not in long and name[0] != "_"} for run in reversed(self._runs.values())]

    async def tell(self, identifier, offset=None):
        """All about a run, and its log from a byte on."""
        said = self._public(identifier)
        if offset is not None:
            said["log"] = await asyncio.to_thread(_log, self._runs[identifier].get("_folder"), offset, said["state"] != "running")
        return said

    def cancel(self, identifier):
        run = self._get(identifier)
        if run["state"] == "running":
            run["_cancelled"] = True
            guard = self._guards[identifier]
            if guard:
                guard.stdin.close()
        return self._public(identifier)

    def _get(self, identifier):
        if identifier not in self._runs:
            raise Failure("not-found", "There is no such test run.", "It may have ended with an earlier server; look for its folder.")
        return self._runs[identifier]

    def _public(self, identifier):
        run = self._get(identifier)
        said = {name: value for name, value in run.items() if name[0] != "_"}
        return said | {"steps": list(run["steps"].values()), "jobs": list(run["jobs"].values())}

    async def _care(self, identifier, request, begun):
        run = self._runs[identifier]
        noting = asyncio.ensure_future(self._note())
        try:
            await self._watch(identifier, run, request, begun)
        except (OSError, RuntimeError) as error:
            run["error"] = f"The process of the test run could not be started: {error}."
        finally:
            noting.cancel()
            if self._guards[identifier]:
                self._guards[identifier].stdin.close()
            self._settings[ACTIVITY] = utcnow()
            del self._guards[identifier], self._tasks[identifier]
            self._end(run)
            if not begun.done():
                begun.set_result(None)

    async def _watch(self, identifier, run, request, begun):
        guard = self._guards[identifier] = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "jupyter_datalabs.cwl.guard",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd="/", start_new_session=True, limit=LINE,
        )
        guard.stdin.write(json.dumps(request).encode() + b"\n")
        if run.get("_cancelled"):
            guard.stdin.close()
        while line := await guard.stdout.readline():
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                if "problem" in said:
                    del self._runs[identifier]
                    begun.set_exception(Failure(*said["problem"]))
                else:
                    self._hear(run, said)
                if "folder" in said and not begun.done():
                    begun.set_result(None)
        await guard.wait()

    def _hear(self, run, said):
        if "folder" in said:
            run["_folder"], run["folder"] = said["folder"], self._name(said["folder"])
        elif "ended" in said:
            run["exitCode"], run["outputs"] = said["ended"], self._named(said["outputs"])
        elif "error" in said:
            run["error"] = said["error"]
        elif "passed_over" in said and said["passed_over"] not in run["passedOver"]:
            run["passedOver"].append(said["passed_over"])
        if "job" in said:
            said["job"]["tool"] = self._document(said["job"]["tool"])
        for kind in ("step", "job"):
            entries = run[f"{kind}s"]
            if kind in said and (len(entries) < ENTRIES or said[kind]["name"] in entries):
                entries[said[kind]["name"]] = said[kind]

    def _end(self, run):
        run["ended"] = _now()
        run["state"] = "cancelled" if run.get("_cancelled") else "done" if run["exitCode"] == 0 else "failed"
        for entry in [*run["steps"].values(), *run["jobs"].values()]:
            if entry["state"] == "running":
                entry.update(state="cancelled" if run["state"] == "cancelled" else "failed", ended=run["ended"])

    def _name(self, path):
        """Of a file, as the contents API calls it; None if it lies elsewhere."""
        for root in (self._root.rstrip("/"), os.path.realpath(self._root)):
            if path.startswith(root + "/"):
                return path[len(root) + 1 :]
        return None

    def _document(self, uri):
        """Of a process, as the contents API calls its file, with its name in it; its address if it lies elsewhere."""
        path, _, name = uri.partition("#")
        path = self._name(urllib.parse.unquote(path.removeprefix("file://")))
        return uri if path is None else f"{path}#{name}" if name else path

    def _named(self, value):
        """Outputs, with the ``contents`` path of each file."""
        if isinstance(value, list):
            return [self._named(each) for each in value]
        if not isinstance(value, dict):
            return value
        named = {name: self._named(each) for name, each in value.items()}
        is_file = value.get("class") in ("File", "Directory") and isinstance(value.get("path"), str)
        return named | ({"contents": self._name(value["path"])} if is_file else {})

    async def _note(self):
        while True:
            self._settings[ACTIVITY] = utcnow()
            await asyncio.sleep(PERIOD)


def _now():
    return int(time.time() * 1000)


def _log(folder, offset, ended):
    """A part of a run's log, in whole characters."""
    try:
        with open(f"{folder}/log.txt", "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(min(offset, size))
            part = file.read(LOG)
    except OSError:
        return {"offset": offset, "text": "", "size": 0}
    start = min(offset, size)
    if not (ended and start + len(part) >= size):
        part = part[: len(part) - _broken(part)]
    return {"offset": start + len(part), "text": part.decode("utf-8", "replace"), "size": size}


def _broken(part):
    """Bytes at the end that are the beginning of a character."""
    for back in range(1, min(4, len(part) + 1)):
        byte = part[-back]
        if byte >= 0xC0:
            return back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else 0
        if byte < 0x80:
            return 0
    return 0
