"""What one execution of one cell has put out, as a notebook holds it."""

import re
from collections import deque

# Characters of output kept per cell. Beyond, the middle is left out: the beginning and the end tell most.
LIMIT = 16 * 1024 * 1024


def _overwrite(text):
    """Text as it looks after its carriage returns and backspaces, so that a progress bar is one line."""
    text = re.sub(r"\r+\n", "\n", text)
    while "\b" in text:
        shorter = re.sub("[^\n\b]\b", "", text)
        if shorter == text:
            break
        text = shorter
    if "\r" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        shown = ""
        parts = line.split("\r")
        for index, part in enumerate(parts):
            # A carriage return at the very end has overwritten nothing yet.
            if index == len(parts) - 1 and not part and index:
                shown += "\r"
            else:
                shown = part + shown[len(part) :]
        lines.append(shown)
    return "\n".join(lines)


def _size(output):
    if output["output_type"] == "stream":
        return len(output["text"])
    if output["output_type"] == "error":
        return sum(map(len, output["traceback"]))
    return sum(len(value) if isinstance(value, str) else 64 for value in output["data"].values())


class Outputs:
    """The outputs of a cell, or of an output widget, in order and bounded."""

    def __init__(self, limit=LIMIT):
        self._limit = limit
        self._reset()
        self._clear_first = False

    def _reset(self):
        self._head = []
        self._tail = deque()
        self._head_size = self._tail_size = 0
        self.dropped = 0

    @property
    def size(self):
        """Characters kept."""
        return self._head_size + self._tail_size

    def clear(self, wait):
        """Forget everything, at once or as soon as something new comes."""
        if wait:
            self._clear_first = True
        else:
            self._clear_first = False
            self._reset()

    def add(self, output):
        """Append one output in the notebook format, which may have a ``transient`` field beside."""
        if self._clear_first:
            self._clear_first = False
            self._reset()
        size = _size(output)
        half = self._limit // 2
        if size > half:
            if output["output_type"] != "stream":
                output = {"output_type": "stream", "name": "stderr", "text": f"[{size} characters of output left out]\n"}
            else:
                self.dropped += size - half
                output = {**output, "text": output["text"][-half:]}
            size = _size(output)
        if not self._tail and self._head_size + size <= half:
            self._append(self._head, output)
            self._head_size += size
            return
        self._append(self._tail, output)
        self._tail_size += size
        while self._tail_size > half and len(self._tail) > 1:
            gone = _size(self._tail.popleft())
            self._tail_size -= gone
            self.dropped += gone

    @staticmethod
    def _append(outputs, output):
        # Short pieces are joined, or a cell that prints a million characters one by one is a million objects;
        # long ones stay apart, so that the middle can be left out piece by piece.
        last = outputs[-1] if outputs else None
        if (
            last is not None
            and output["output_type"] == last["output_type"] == "stream"
            and output["name"] == last["name"]
            and len(last["text"]) < 4096
        ):
            last["text"] += output["text"]
        else:
            outputs.append(dict(output))

    def update_display(self, display_id, content):
        """Replace what a display handle shows. Returns whether there was any."""
        found = False
        for output in (*self._head, *self._tail):
            if output.get("transient", {}).get("display_id") == display_id:
                output.update(data=content["data"], metadata=content.get("metadata", {}))
                found = True
        return found

    def _pieces(self):
        yield from self._head
        if self.dropped:
            yield {"output_type": "stream", "name": "stderr", "text": f"\n[… {self.dropped} characters left out …]\n"}
        yield from self._tail

    def render(self, transient=False):
        """The outputs as a list, adjacent text of the same stream merged.

        Parameters
        ----------
        transient : bool
            Whether to leave in what a frontend needs and a notebook must not contain.
        """
        merged = []
        for output in self._pieces():
            last = merged[-1] if merged else None
            if last and output["output_type"] == last["output_type"] == "stream" and output["name"] == last["name"]:
                last["text"].append(output["text"])
                continue
            output = {key: value for key, value in output.items() if transient or key != "transient"}
            if output["output_type"] == "stream":
                output["text"] = [output["text"]]
            merged.append(output)
        for output in merged:
            if output["output_type"] == "stream":
                output["text"] = _overwrite("".join(output["text"]))
        return merged


def to_output(message_type, content):
    """A published message in the notebook format, or None if it is no output."""
    if message_type == "stream":
        return {"output_type": "stream", "name": content["name"], "text": content["text"]}
    if message_type == "error":
        return {"output_type": "error", **{key: content[key] for key in ("ename", "evalue", "traceback")}}
    if message_type in ("display_data", "execute_result"):
        output = {"output_type": message_type, "data": content["data"], "metadata": content.get("metadata", {})}
        if message_type == "execute_result":
            output["execution_count"] = content.get("execution_count")
        if content.get("transient"):
            output["transient"] = content["transient"]
        return output
    return None


class Record:
    """One execution of one cell, from the request on.

    Attributes
    ----------
    owner : str
        Kernel and client session that asked for it.
    started, finished, changed : float
        Seconds on the server's clock; ``finished`` is None while it runs.
    """

    def __init__(self, message_id, cell_id, owner, code, started, *, timing=False):
        self.message_id = message_id
        self.cell_id = cell_id
        self.owner = owner
        self.code = code
        self.started = self.changed = started
        self.finished = None
        self.execution_count = None
        self.outputs = Outputs()
        self.timing = {} if timing else None
        # The kernel's reply as it came, for a browser that was away when it did.
        self.reply = None
        # Whether a newer truth than this is in the notebook: nothing is left to write.
        self.persisted = False
        self.path = None
        # Whether another browser than the one that asked is shown it.
        self.adopted = False
        # Version of the outputs last written.
        self.written = None
        self.version = 0

    def apply(self, message_type, header, content, now):
        """Take one published message in."""
        if message_type == "status":
            self._time(f"iopub.status.{content['execution_state']}", header)
            if content["execution_state"] != "idle" or self.finished is not None:
                return
            self.finished = now
        elif message_type == "execute_input":
            self.execution_count = content.get("execution_count")
            self._time("iopub.execute_input", header)
        elif message_type == "clear_output":
            self.outputs.clear(content.get("wait", False))
        else:
            output = to_output(message_type, content)
            if output is None:
                return
            self.outputs.add(output)
        self.changed = now
        self.version += 1

    def end(self, now):
        """The kernel is gone: no more will come."""
        if self.finished is None:
            self.finished = self.changed = now
            self.execution_count = None
            self.version += 1

    def replied(self, raw, header, metadata):
        """Take the reply of the shell channel in."""
        self.reply = raw
        self._time("shell.execute_reply", header)
        if self.timing is not None and metadata.get("started"):
            self.timing["shell.execute_reply.started"] = str(metadata["started"])

    def _time(self, name, header):
        if self.timing is not None and header.get("date"):
            date = header["date"]
            self.timing[name] = date if isinstance(date, str) else date.isoformat().replace("+00:00", "Z")
