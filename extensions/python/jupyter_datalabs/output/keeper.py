"""Reads along what kernels publish, and decides when somebody has lost sight of it."""

import asyncio
import time
from collections import defaultdict

from traitlets import Float
from traitlets.config import LoggingConfigurable

from .documents import Documents
from .mirror import REMEMBERED, Mirror

# Seconds between reading a notebook and being connected to its kernel.
JUST = 30.0
# Seconds in which a browser that is there answers a ping.
ANSWER = 1.0


class OutputKeeper(LoggingConfigurable):
    """Everything kept on one server."""

    grace = Float(3.0, config=True, help="Seconds without a browser before its notebook is written.")
    period = Float(10.0, config=True, help="Seconds between two writes of a notebook while a cell goes on.")
    shared_period = Float(2.0, config=True, help="The same for a notebook that others are looking at, together.")
    travel = Float(1.0, config=True, help="Seconds in which output reaches a browser, which then decides about it by saving.")

    def __init__(self, app):
        super().__init__(parent=app)
        self._app = app
        self._kernels = app.kernel_manager
        self._sessions = app.session_manager
        self._mirrors = {}
        self._connections = defaultdict(set)
        self._documents = Documents(app, self)
        self._timers = {}
        self._tasks = set()
        self._ending = False

    def attach(self):
        self._documents.attach()
        cleanup = self._app.cleanup_kernels

        async def flush_then_cleanup():
            try:
                # A task of its own: threads that read and write files end with it, the loop may not live as long.
                await asyncio.ensure_future(self.flush())
            except Exception:
                self.log.exception("Kept output was not written")
            finally:
                self.close()
            await cleanup()

        # The server's end: whatever a browser has not saved is written while there still is somebody to.
        self._app.cleanup_kernels = flush_then_cleanup

    def close(self):
        """Let go of all kernels: an open socket would keep the process from ending."""
        for timer in self._timers.values():
            timer.cancel()
        for mirror in self._mirrors.values():
            mirror.close()

    # What connections tell

    def listen(self, kernel_id):
        """Make sure that a kernel is read along, also after a restart on other ports."""
        manager = self._kernels.get_kernel(kernel_id)
        mirror = self._mirrors.get(kernel_id)
        if mirror is None:
            mirror = self._mirrors[kernel_id] = Mirror(kernel_id, self)
            manager.add_restart_callback(mirror.restarted)
            manager.add_restart_callback(mirror.restarted, "dead")
        mirror.listen(manager)
        return mirror

    def requested(self, connection, header, metadata, content):
        """A browser asks to run something; only cells of notebooks have an id."""
        cell_id = metadata.get("cellId")
        mirror = self._mirrors.get(connection.kernel_id)
        if mirror is None or not isinstance(cell_id, str) or content.get("silent"):
            return
        self.listen(connection.kernel_id)
        deleted = metadata.get("deletedCells") or []
        mirror.begin(
            header["msg_id"], cell_id, connection.owner, content["code"], time.time(),
            timing=bool(metadata.get("recordTiming")), deleted=deleted,
        )
        self._spawn(self._locate(mirror))

    def replied(self, connection, parts):
        mirror = self._mirrors.get(connection.kernel_id)
        return mirror.replied(parts) if mirror is not None else None

    def connected(self, connection):
        kernel_id = connection.kernel_id
        mirror = self._mirrors.get(kernel_id)
        if mirror is None or not connection.channels:
            return
        now = time.time()
        returned = connection.owner in mirror.owners
        self._connections[kernel_id].add(connection)
        for record in list(mirror.records.values()):
            mine = record.owner == connection.owner
            orphan = (
                not mine
                and not record.persisted
                # It may have ended since that browser read the notebook.
                and (record.finished is None or now - record.finished < JUST)
                and not self.is_connected(kernel_id, record.owner)
                # What is edited together shows it by itself.
                and not (record.path and self._documents.room(record.path))
            )
            recent = record.finished is None or now - record.finished < REMEMBERED
            if (mine and returned and recent) or orphan:
                connection.resumed.add(record.message_id)
                record.adopted = record.adopted or orphan
                mirror.show_again(connection, record, adopt=orphan)
        mirror.owners.add(connection.owner)

    def disconnected(self, connection):
        self._connections[connection.kernel_id].discard(connection)
        # Sockets of a browser that was replaced by its own newer one leave it connected.
        if not self.is_connected(connection.kernel_id, connection.owner):
            self._later(connection.kernel_id, self.grace)

    def missed(self, kernel_id, owner):
        """Requests that are shown again to a browser that comes back."""
        mirror = self._mirrors.get(kernel_id)
        if mirror is None or owner not in mirror.owners:
            return set()
        now = time.time()
        return {
            record.message_id
            for record in mirror.records.values()
            if record.owner == owner and (record.finished is None or now - record.finished < REMEMBERED)
        }

    def is_connected(self, kernel_id, owner):
        return any(c.owner == owner and not c.silent for c in self._connections.get(kernel_id, ()))

    # What kernels publish

    def published(self, mirror, parent, parts):
        """A message of a cell's run: browsers that missed its beginning get it from here."""
        for connection in list(self._connections.get(mirror.kernel_id, ())):
            if parent in connection.resumed:
                connection.show(parts)

    def changed(self, mirror, record):
        """Write it, soon, if the browser that asked for it is gone."""
        if not self.is_connected(mirror.kernel_id, record.owner):
            shared = record.path is not None and self._documents.room(record.path)
            going_on = self.shared_period if shared else self.period
            self._later(mirror.kernel_id, going_on if record.finished is None else min(self.grace, going_on))

    # What is to be written

    def pending(self, path):
        """Records with something that is not in the notebook, in the order in which they ran."""
        return [
            record
            for mirror in self._mirrors.values()
            for record in mirror.records.values()
            if record.path == path and not record.persisted and record.written != record.version
            and not (self.is_connected(mirror.kernel_id, record.owner) and not self._ending)
        ]

    async def wanted(self, path):
        """Whether a reader of the notebook would miss something; a browser that no longer answers counts as away."""
        waiting = {
            connection
            for mirror in self._mirrors.values()
            for record in mirror.records.values()
            if record.path == path and not record.persisted and record.written != record.version
            for connection in self._connections.get(mirror.kernel_id, ())
            if connection.owner == record.owner
        }
        if waiting:
            await asyncio.gather(*(connection.answers(ANSWER) for connection in waiting))
        return bool(self.pending(path))

    def unseen(self, path):
        """Records whose browser is away: others that have the notebook open may have less."""
        return [
            record
            for mirror in self._mirrors.values()
            for record in mirror.records.values()
            if record.path == path and not record.persisted and not self.is_connected(mirror.kernel_id, record.owner)
        ]

    def saved(self, path, began):
        """A browser saved the notebook: what had ended before, it has decided about."""
        for mirror in self._mirrors.values():
            for record in mirror.records.values():
                seen = self.is_connected(mirror.kernel_id, record.owner) or any(
                    record.message_id in c.resumed for c in self._connections.get(mirror.kernel_id, ())
                )
                if record.path == path and seen and record.finished is not None and record.finished < began - self.travel:
                    record.persisted = True

    def renamed(self, old, new):
        for mirror in self._mirrors.values():
            for record in mirror.records.values():
                if record.path is not None and (record.path == old or record.path.startswith(f"{old}/")):
                    record.path = new + record.path[len(old) :]

    async def flush(self):
        """Write everything, also what connected browsers have not saved: their kernels are about to end."""
        self._ending = True
        for mirror in list(self._mirrors.values()):
            await self._write(mirror)

    def _later(self, kernel_id, delay):
        loop = asyncio.get_running_loop()
        at = loop.time() + delay
        timer = self._timers.get(kernel_id)
        if timer is not None:
            if timer.when() <= at and not timer.cancelled():
                return
            timer.cancel()
        self._timers[kernel_id] = loop.call_at(at, self._due, kernel_id)

    def _due(self, kernel_id):
        del self._timers[kernel_id]
        mirror = self._mirrors.get(kernel_id)
        if mirror is not None and not self._ending:
            if kernel_id not in self._kernels:
                mirror.restarted()
            self._spawn(self._write(mirror))

    async def _write(self, mirror):
        await self._locate(mirror)
        paths = {record.path for record in mirror.records.values() if record.path is not None}
        for path in paths:
            try:
                if self.pending(path):
                    await self._documents.write(path)
            except Exception:
                self.log.exception("Kept output could not be written to %s", path)
        mirror.forget(time.time() - REMEMBERED)
        if mirror.kernel_id not in self._kernels and not self._ending:
            mirror.close()
            self._mirrors.pop(mirror.kernel_id, None)
            self._connections.pop(mirror.kernel_id, None)

    async def _locate(self, mirror):
        """Find the notebooks of the records: a kernel may have several, and they may have been renamed."""
        rows = await self._sessions.list_sessions()
        paths = [
            row["path"].strip("/") for row in rows
            if row["kernel"]["id"] == mirror.kernel_id and row["type"] == "notebook"
        ]
        if len(paths) == 1:
            for record in mirror.records.values():
                record.path = paths[0]
            return
        unknown = [record for record in mirror.records.values() if record.path is None]
        known = {record.owner: record.path for record in mirror.records.values() if record.path is not None}
        for record in unknown:
            record.path = known.get(record.owner)
        unknown = [record for record in unknown if record.path is None]
        for path in paths if unknown else ():
            ids = await self._documents.cell_ids(path)
            owners = {record.owner for record in unknown if record.cell_id in ids}
            for record in unknown:
                if record.owner in owners:
                    record.path = path

    def _spawn(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)

        def done(task):
            self._tasks.discard(task)
            if not task.cancelled() and task.exception() is not None:
                self.log.error("Keeping output failed", exc_info=task.exception())

        task.add_done_callback(done)
