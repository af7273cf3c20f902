"""``<base_url>datalabs/cwl/…``: JSON in and out, failures as ``application/problem+json``.

========================= ==================================================================
``POST prepare``          has the worker started, which takes seconds; 204 when it is ready
``POST validate``         ``path, text?``: cwltool's verdict
``POST upgrade``          ``path, text?``: the document in CWL v1.2
``GET runs``              all test runs, the last one first
``POST runs``             ``path, process?, step?, inputs?, outdir?, key?``: starts one; 201
``GET runs/<id>``         all about one, with ``?offset=<byte>`` a part of its log, too
``DELETE runs/<id>``      cancels it
========================= ==================================================================
"""

import asyncio
import json
import os

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web
from traitlets import Float, Unicode
from traitlets.config import LoggingConfigurable

from ..volumes.failure import Failure
from ..volumes.requests import check
from ..volumes.supervisor import ANYHOW, Supervisor
from .requests import FIELDS, local
from .runs import Runs

#: Seconds that the worker has beyond those of a request, to start in.
START = 60
#: Documents looked at at the same time: each takes a CPU, and memory.
MOST = 2


class CwlTools(LoggingConfigurable):
    """The worker that validates, and the test runs of a server."""

    workspace = Unicode("/media/user", config=True, help="Where folders of test runs are made; in the server's root if it is not there.")
    deadline = Float(120.0, config=True, help="Seconds that a document may take to be validated or upgraded.")
    idle = Float(600.0, config=True, help="Seconds without a request after which the worker ends.")

    def __init__(self, **options):
        super().__init__(**options)
        settings = self.parent.web_app.settings
        self.root = os.path.abspath(os.path.expanduser(settings["server_root_dir"]))
        self._worker = Supervisor("jupyter_datalabs.cwl.checking", [self.root, str(self.deadline)], idle=self.idle)
        self._turns = asyncio.Semaphore(MOST)
        self._newest = {}
        self.runs = Runs(self.root, self.workspace, settings)

    async def prepare(self, params):
        await self._ask("prepare", params)

    async def upgrade(self, params):
        async with self._turns:
            return await self._ask("upgrade", {**params, "path": local(self.root, params["path"])})

    async def validate(self, params):
        """The verdict on a document; an older request about the same one is given up."""
        path = local(self.root, params["path"])
        older = self._newest.get(path)
        if older:
            older.superseded = True
            older.cancel()
        task = self._newest[path] = asyncio.ensure_future(self._in_turn({**params, "path": path}))
        task.superseded = False
        try:
            return await task
        except asyncio.CancelledError:
            if not task.superseded:
                raise
            raise Failure("cancelled", "The document is being validated anew.", "Wait for the newer answer.") from None
        finally:
            if self._newest.get(path) is task:
                del self._newest[path]

    async def _in_turn(self, params):
        async with self._turns:
            return await self._ask("validate", params)

    async def _ask(self, method, params):
        # The worker itself reads no document: what it ends of is none.
        return await self._worker.ask(method, params, deadline=self.deadline + START, again=ANYHOW)


class _Handler(APIHandler):
    auth_resource = "contents"

    def initialize(self, tools):
        self.tools = tools
        self._task = None

    async def answer(self, work):
        try:
            self._task = asyncio.ensure_future(work())
            await self._task
        except Failure as failure:
            self.set_status(failure.status)
            self.finish(failure.body(), set_content_type="application/problem+json")
        except asyncio.CancelledError:
            pass  # Nobody is there to be answered.

    def params(self, method):
        try:
            params = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError):
            raise Failure("bad-request", "The request is not JSON that can be read.") from None
        return check(params, FIELDS[method])

    def on_connection_close(self):
        super().on_connection_close()
        if self._task:
            self._task.cancel()


class CheckHandler(_Handler):
    """What only reads; whoever may read files of this server may ask it."""

    @web.authenticated
    @authorized("read")
    async def post(self, method):
        # An editor asks by itself, too.
        self._track_activity = False
        await self.answer(lambda: self._work(method))

    async def _work(self, method):
        answer = await getattr(self.tools, method)(self.params(method))
        if answer is None:
            self.set_status(204)
            self.finish()
            return
        self.set_status(answer.status)
        self.finish(answer.body, set_content_type=answer.headers["Content-Type"])


class RunsHandler(_Handler):
    """All test runs, the last one first, and new ones."""

    auth_resource = "kernels"

    @web.authenticated
    @authorized("read")
    async def get(self):
        self._track_activity = False
        self.finish(json.dumps({"runs": self.tools.runs.list()}))

    @web.authenticated
    @authorized("execute")
    async def post(self):
        await self.answer(self._start)

    async def _start(self):
        said = await self.tools.runs.start(self.params("runs"))
        self.set_status(201)
        self.finish(json.dumps(said))


class RunHandler(_Handler):
    auth_resource = "kernels"

    @web.authenticated
    @authorized("read")
    async def get(self, identifier):
        # Looking how far a run is happens by itself, and is no sign of a person.
        self._track_activity = False
        await self.answer(lambda: self._tell(identifier))

    @web.authenticated
    @authorized("execute")
    async def delete(self, identifier):
        await self.answer(lambda: self._cancel(identifier))

    async def _tell(self, identifier):
        offset = self.get_argument("offset", None)
        if offset is not None and not (offset.isascii() and offset.isdigit() and len(offset) <= 15):
            raise Failure("bad-request", "“offset” is not as it should be.")
        self.finish(json.dumps(await self.tools.runs.tell(identifier, None if offset is None else int(offset))))

    async def _cancel(self, identifier):
        self.finish(json.dumps(self.tools.runs.cancel(identifier)))


def handlers(base_url, tools):
    """The routes."""
    prefix = url_path_join(base_url, "datalabs", "cwl")
    given = {"tools": tools}
    return [
        (f"{prefix}/(prepare|validate|upgrade)", CheckHandler, given),
        (f"{prefix}/runs", RunsHandler, given),
        (f"{prefix}/runs/([0-9a-f-]+)", RunHandler, given),
    ]
