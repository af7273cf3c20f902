"""``POST <base_url>datalabs/volumes/<method>``: JSON in, JSON or bytes out, failures as ``application/problem+json``."""

import asyncio
import json

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web
from traitlets import Float, Unicode
from traitlets.config import LoggingConfigurable

from .failure import Failure
from .jobs import Jobs
from .requests import FIELDS, check
from .supervisor import ANYHOW, BLAMELESS, Supervisor

#: Which worker answers, None if the request says it, and how many seconds it has.
WORK = {
    "list": ("listing", 120),
    "stat": ("listing", 60),
    "prepare": (None, 30),
    "preview": ("preview", 60),
    "image": ("preview", 60),
    "pixel": ("preview", 30),
    "rows": ("preview", 60),
    "text": ("preview", 30),
}


class VolumeFiles(LoggingConfigurable):
    """The workers of a server and what they may see."""

    data = Unicode("/data", config=True, help="Where volumes are mounted, each by its name.")
    workspace = Unicode("/media/user", config=True, help="Where files are copied to.")
    idle = Float(600.0, config=True, help="Seconds without a request after which a worker ends.")

    def __init__(self, **options):
        super().__init__(**options)
        self._workers = {}
        self.jobs = Jobs(self.worker("copying", self.data, self.workspace, grace=60.0))

    def worker(self, name, *arguments, **choices):
        """The supervisor of ``volumes/<name>.py``; its process starts when it is first asked."""
        if name not in self._workers:
            module = f"jupyter_datalabs.volumes.{name}"
            self._workers[name] = Supervisor(module, arguments or (self.data,), idle=self.idle, **choices)
        return self._workers[name]

    def ask(self, method, params):
        name, deadline = WORK[method]
        name = name or params["worker"]
        # A file may be what a process ends of; no folder is.
        return self.worker(name).ask(method, params, deadline=deadline, again=ANYHOW if name == "listing" else BLAMELESS)


class _Handler(APIHandler):
    auth_resource = "contents"

    def initialize(self, files):
        self.files = files
        self._task = None

    async def answer(self, method):
        try:
            self._task = asyncio.ensure_future(self._work(method, self._params(method)))
            await self._task
        except Failure as failure:
            self.set_status(failure.status)
            self.finish(failure.body(), set_content_type="application/problem+json")
        except asyncio.CancelledError:
            pass  # Nobody is there to be answered.

    def _params(self, method):
        try:
            params = json.loads(self.request.body)
        except ValueError:
            raise Failure("bad-request", "The request is not JSON.") from None
        return check(params, FIELDS[method])

    async def _work(self, method, params):
        answer = await self.files.ask(method, params)
        self.set_status(answer.status)
        headers = dict(answer.headers)
        kind = headers.pop("Content-Type", "application/json")
        for name, value in headers.items():
            self.set_header(name, value)
        self.finish(answer.body, set_content_type=kind)

    def on_connection_close(self):
        super().on_connection_close()
        if self._task:
            self._task.cancel()


class ReadHandler(_Handler):
    """What only reads; whoever may read files of this server may ask it."""

    @web.authenticated
    @authorized("read")
    async def post(self, method):
        await self.answer(method)


class JobHandler(_Handler):
    """Copies, of which the server itself keeps account."""

    @web.authenticated
    @authorized("write")
    async def post(self, method):
        # Looking how far a copy is happens by itself, and is no sign of a person.
        self._track_activity = method != "jobs"
        await self.answer(method)

    async def _work(self, method, params):
        jobs = self.files.jobs
        said = jobs.start(params) if method == "copy" else jobs.cancel(params["job"]) if method == "cancel" else jobs.get(params["job"])
        self.finish(json.dumps(said))


def handlers(base_url, files):
    """The routes of all methods."""
    reading = "|".join(WORK)
    copying = "|".join(FIELDS.keys() - WORK.keys())
    prefix = url_path_join(base_url, "datalabs", "volumes")
    return [
        (f"{prefix}/({reading})", ReadHandler, {"files": files}),
        (f"{prefix}/({copying})", JobHandler, {"files": files}),
    ]
