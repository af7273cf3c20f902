"""A real Jupyter server in a process of its own, and browsers of it that consist of their sockets alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import nbformat
import websocket

PACKAGE = Path(__file__).parents[1]
SECONDS = 30


def wait(what, until, seconds=SECONDS):
    """Poll until something is true, and say what was not."""
    end = time.monotonic() + seconds
    while True:
        last = until()
        if last:
            return last
        assert time.monotonic() < end, f"{what}: {last!r}"
        time.sleep(0.02)


class Server:
    def __init__(self, folder, *options, extension=True, grace=0.3, period=0.3, together=False):
        self.root = folder / "root"
        config = folder / "config" / "jupyter_server_config.d"
        for path in (self.root, config, folder / "home/data"):
            path.mkdir(parents=True, exist_ok=True)
        if extension:
            shutil.copy(PACKAGE / "etc/jupyter_datalabs.json", config)
        self._log = folder / f"server-{uuid.uuid4().hex[:6]}.log"
        environment = {
            **os.environ,
            "HOME": str(folder / "home"),
            "JUPYTER_CONFIG_PATH": str(folder / "config"),
            "JUPYTER_CONFIG_DIR": str(folder / "home/config"),
            "JUPYTER_DATA_DIR": str(folder / "home/data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "home/run"),
            "IPYTHONDIR": str(folder / "home/ipython"),
            "PYTHONPATH": str(PACKAGE),
        }
        for name in ("jupyter_server_ydoc", "jupyter_server_fileid"):
            options += (f"--ServerApp.jpserver_extensions={name}={together}",)
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter_server", "--ServerApp.port=0", "--ServerApp.open_browser=False",
                "--allow-root", f"--ServerApp.root_dir={self.root}", "--IdentityProvider.token=secret",
                "--ServerApp.disable_check_xsrf=True", f"--OutputKeeper.grace={grace}", f"--OutputKeeper.period={period}",
                "--OutputKeeper.shared_period=1.2", *options,
            ],
            cwd=self.root, env=environment, stdout=self._log.open("w"), stderr=subprocess.STDOUT,
        )
        run = folder / "home/run"
        info = wait("server", lambda: next(iter(run.glob(f"jpserver-{self.process.pid}.json")), None) or self._alive())
        self.url = wait("its address", lambda: _read(info).get("url"))
        wait("its answer", self._answers)

    def _alive(self):
        assert self.process.poll() is None, self.log()

    def _answers(self):
        try:
            return self.api("GET", "status")
        except OSError:
            return None

    def log(self):
        return self._log.read_text()

    def api(self, method, path, body=None):
        request = Request(
            f"{self.url}api/{path}", method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "token secret", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=SECONDS) as response:
            return json.loads(response.read() or b"null")

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(SECONDS)

    # Notebooks

    def notebook(self, *sources, path="note.ipynb", minor=5, mode=None):
        cells = [nbformat.v4.new_code_cell(source, id=f"cell{index}") for index, source in enumerate(sources)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.nbformat_minor = minor
        if minor < 5:
            for cell in cells:
                del cell["id"]
        file = self.root / path
        file.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, file)
        if mode is not None:
            file.chmod(mode)
        return path

    def on_disk(self, path="note.ipynb"):
        return json.loads((self.root / path).read_text())

    def read(self, path="note.ipynb", content=1):
        """As JupyterLab does: with the hash that decides later whether the file has changed."""
        return self.api("GET", f"contents/{quote(path)}?type=notebook&content={content}&hash=1")

    def outputs(self, index=0, path="note.ipynb"):
        return self.read(path)["content"]["cells"][index]["outputs"]

    def text(self, index=0, path="note.ipynb"):
        return "".join(output.get("text", "") for output in self.outputs(index, path))

    def save(self, notebook, path="note.ipynb"):
        return self.api("PUT", f"contents/{quote(path)}", {"type": "notebook", "format": "json", "content": notebook})

    def session(self, path="note.ipynb", kernel_id=None):
        kernel = {"id": kernel_id} if kernel_id else {"name": "python3"}
        return self.api("POST", "sessions", {"path": path, "name": path, "type": "notebook", "kernel": kernel})

    def browser(self, session, client=None):
        return Browser(self, session["kernel"]["id"], client)


def _read(path):
    try:
        return json.loads(path.read_text())
    except ValueError:
        return {}


class Browser:
    """The kernel's socket of one tab. ``client`` given again is the same tab coming back."""

    def __init__(self, server, kernel_id, client=None):
        self.client = client or uuid.uuid4().hex
        url = f"{server.url.replace('http', 'ws')}api/kernels/{kernel_id}/channels?session_id={self.client}&token=secret"
        self._socket = websocket.create_connection(url, timeout=SECONDS)
        self.seen = []
        if client is None:
            # The kernel's answer shows that the connection works in both directions.
            self.until_idle()

    def until_idle(self):
        """Until the kernel has answered a question of no consequence: whatever it did before has been published."""
        asked = self._send("shell", "kernel_info_request", {})
        self.until(lambda m: m["msg_type"] == "kernel_info_reply" and m["parent_header"]["msg_id"] == asked)

    def _send(self, channel, kind, content, metadata=None, parent=None):
        identifier = uuid.uuid4().hex
        header = {"msg_id": identifier, "msg_type": kind, "session": self.client, "username": "", "version": "5.4", "date": ""}
        self._socket.send(json.dumps({
            "channel": channel, "header": header, "parent_header": parent or {}, "metadata": metadata or {},
            "content": content, "buffers": [],
        }))
        return identifier

    def run(self, code, cell="cell0", **metadata):
        return self._send(
            "shell", "execute_request",
            {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True, "stop_on_error": True},
            {"cellId": cell, "recordTiming": True, "deletedCells": [], **metadata},
        )

    def answer(self, value):
        self._send("stdin", "input_reply", {"value": value, "status": "ok"})

    def receive(self):
        message = self._socket.recv()
        if isinstance(message, bytes):
            # With buffers behind it: the first two numbers are how many parts, and where the text begins and ends.
            message = message[int.from_bytes(message[4:8], "big") : int.from_bytes(message[8:12], "big")]
        message = json.loads(message)
        self.seen.append(message)
        return message

    def until(self, wanted):
        """The first message like this, also one that has come already: channels overtake each other."""
        end = time.monotonic() + SECONDS
        for message in self.seen:
            if wanted(message):
                return message
        while True:
            message = self.receive()
            if wanted(message):
                return message
            assert time.monotonic() < end, "The message has not come."

    def until_text(self, text, request):
        def has_text(message):
            ours = message["parent_header"].get("msg_id") == request
            return ours and message["msg_type"] == "stream" and text in message["content"]["text"]

        self.until(has_text)

    def until_done(self, request):
        def done(message):
            ours = message["parent_header"].get("msg_id") == request
            return ours and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"

        self.until(done)

    def shows(self, request):
        """Text that a JupyterLab has in the cell after all messages so far."""
        text, clear = "", False
        for message in self.seen:
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "clear_output":
                text, clear = ("", False) if not message["content"]["wait"] else (text, True)
            elif message["msg_type"] == "stream":
                text, clear = ("" if clear else text) + message["content"]["text"], False
        return text

    def close(self):
        """The tab is closed."""
        self._socket.close()

    def cut(self):
        """The network goes without a word of farewell."""
        self._socket.sock.close()
        self._socket.sock = None
