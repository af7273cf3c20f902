"""One kernel read along: the records of its cells."""

import time

from jupyter_client.session import Session

from .record import Record

# Records kept per kernel, and characters that all of them may have together; the oldest go first.
MOST = 500
MOST_CHARACTERS = 128 * 1024 * 1024
# Seconds for which what is written is remembered, for a browser that comes back.
REMEMBERED = 15 * 60.0


class Mirror:
    """What one kernel has published for cells of notebooks.

    Attributes
    ----------
    records : dict
        Message id of the request to its Record, in the order of the requests.
    owners : set
        Client sessions that were connected at least once.
    """

    def __init__(self, kernel_id, keeper):
        self.kernel_id = kernel_id
        self.records = {}
        self.owners = set()
        self._keeper = keeper
        self._stream = None
        self._ports = None
        self._session = None
        self._widgets = set()
        self._captures = {}

    def listen(self, manager):
        ports = list(manager.ports)
        if self._stream is not None and not self._stream.closed() and ports == self._ports:
            return
        if self._stream is not None and not self._stream.closed():
            self._stream.close()
        self._ports = ports
        self._session = Session(config=manager.session.config, key=manager.session.key)
        self._stream = manager.connect_iopub()
        self._stream.on_recv(self._on_iopub)

    def close(self):
        if self._stream is not None and not self._stream.closed():
            self._stream.on_recv(None)
            self._stream.close()

    def begin(self, message_id, cell_id, owner, code, started, *, timing, deleted):
        self.owners.add(owner)
        for record in self.records.values():
            # The same cell again, or none any more: an earlier run of it is history.
            if record.owner == owner and (record.cell_id == cell_id or record.cell_id in deleted):
                record.persisted = True
        self._make_room(started)
        self.records[message_id] = Record(message_id, cell_id, owner, code, started, timing=timing)
        # A record of another browser that ran the same cell is history too.
        for record in list(self.records.values())[:-1]:
            if record.cell_id == cell_id and record.finished is not None:
                record.persisted = True

    def _make_room(self, now):
        """A browser that stays for days saves its notebook itself: what is old need not be kept for it."""
        self.forget(now - REMEMBERED)
        size = sum(record.outputs.size for record in self.records.values())
        for message_id, record in list(self.records.items()):
            if len(self.records) <= MOST and size <= MOST_CHARACTERS:
                return
            if record.finished is not None:
                size -= record.outputs.size
                del self.records[message_id]

    def forget(self, before):
        """Let go of what is written and too old to be shown again."""
        for message_id, record in list(self.records.items()):
            written = record.persisted or record.written == record.version
            old = record.finished is not None and record.finished < before
            if written and (old or len(self.records) > MOST):
                del self.records[message_id]

    def restarted(self):
        """The kernel has lost what it was running."""
        now = time.time()
        for record in self.records.values():
            if record.finished is None:
                record.end(now)
                self._keeper.changed(self, record)
        self._captures.clear()

    def _on_iopub(self, parts):
        try:
            self._take(parts)
        except Exception:
            self._keeper.log.exception("Keeping output failed")

    def _take(self, parts):
        _, fed = self._session.feed_identities(parts)
        unpack = self._session.unpack
        header, parent = unpack(fed[1]), unpack(fed[2])
        kind, request = header["msg_type"], parent.get("msg_id")
        record = self.records.get(request)
        if kind in ("comm_open", "comm_msg", "comm_close"):
            self._comm(kind, unpack(fed[4]))
        elif kind == "update_display_data":
            content = unpack(fed[4])
            display_id = content.get("transient", {}).get("display_id")
            for other in self.records.values():
                if other.outputs.update_display(display_id, content):
                    other.changed = time.time()
                    other.version += 1
                    self._keeper.changed(self, other)
        elif record is not None:
            content = unpack(fed[4])
            # An output widget takes what its block prints; the cell never shows it.
            if not (request in self._captures.values() and kind in _CAPTURED):
                before = record.version
                record.apply(kind, header, content, time.time())
                if record.version != before:
                    self._keeper.changed(self, record)
        if record is not None:
            self._keeper.published(self, request, parts)

    def _comm(self, kind, content):
        comm = content.get("comm_id")
        data = content.get("data") or {}
        state = data.get("state") or {}
        if kind == "comm_open" and state.get("_model_name") == "OutputModel":
            self._widgets.add(comm)
        elif kind == "comm_close":
            self._widgets.discard(comm)
            self._captures.pop(comm, None)
        if comm in self._widgets and "msg_id" in state:
            if state["msg_id"]:
                self._captures[comm] = state["msg_id"]
            else:
                self._captures.pop(comm, None)

    def replied(self, parts):
        """Take in what the kernel answered on the shell channel; the id of the request if it was to run a cell."""
        _, fed = self._session.feed_identities(parts)
        parent = self._session.unpack(fed[2])
        record = self.records.get(parent.get("msg_id"))
        if record is None:
            return None
        header, metadata = self._session.unpack(fed[1]), self._session.unpack(fed[3])
        if header["msg_type"] == "execute_reply":
            record.replied(parts, header, metadata)
        return record.message_id

    def show_again(self, connection, record, adopt):
        """Bring a browser to where a record is: nothing it has already seen is doubled.

        Parameters
        ----------
        adopt : bool
            Whether the browser did not ask for this run itself and has to be told which cell it belongs to.
        """
        parent = {"msg_id": record.message_id, "msg_type": "execute_request", "session": record.owner.split(":")[-1]}
        metadata = {"datalabs_cell": record.cell_id} if adopt else {}

        def send(kind, content):
            message = self._session.msg(kind, content, parent=parent, metadata=metadata)
            parts = self._session.serialize(message)
            connection.show_again([b"again", *parts])

        outputs = record.outputs.render(transient=True)
        if record.execution_count is not None:
            send("execute_input", {"code": record.code, "execution_count": record.execution_count})
        if adopt or outputs or record.finished is not None:
            send("clear_output", {"wait": bool(outputs)})
        for output in outputs:
            kind = output.pop("output_type")
            send(kind, output)
        if record.finished is not None:
            if record.reply is not None and not adopt and record.message_id not in connection.answered:
                connection.show_again(record.reply, "shell")
            send("status", {"execution_state": "idle"})


_CAPTURED = {"stream", "display_data", "execute_result", "error", "clear_output"}
