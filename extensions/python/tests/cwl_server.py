"""A server with CWL documents in its root, and what is said to it about them."""

import http.client
import json
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from server import wait

#: For cwltool to be imported and to have done its work, on a machine that does much else.
SECONDS = 180

ECHO = """\
cwlVersion: v1.2
class: CommandLineTool
baseCommand: echo
inputs:
  word:
    type: string
    inputBinding: {position: 1}
stdout: said.txt
outputs:
  said: stdout
"""


class Cwl:
    def __init__(self, server):
        self.server, self.root = server, server.root

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return path

    def ask(self, method, path, body=None, token="secret", raw=None):
        """The status, and what was answered."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {token}"} if token else {}
        request = Request(f"{self.server.url}datalabs/cwl/{path}", method=method, data=data, headers=headers)
        try:
            with urlopen(request, timeout=SECONDS) as response:
                return response.status, json.loads(response.read() or b"null")
        except HTTPError as error:
            return error.code, json.loads(error.read())

    def validate(self, path, **more):
        status, said = self.ask("POST", "validate", {"path": path, **more})
        assert status == 200, said
        return said

    def begin(self, path, body):
        """A request that nobody waits for; to be closed."""
        address = urlsplit(self.server.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=SECONDS)
        connection.request("POST", f"/datalabs/cwl/{path}", json.dumps(body), {"Authorization": "token secret"})
        return connection

    def run(self, path, **more):
        status, said = self.ask("POST", "runs", {"path": path, **more})
        assert status == 201, said
        return said["id"]

    def look(self, run):
        return self.ask("GET", f"runs/{run}")[1]

    def until(self, what, run, wanted):
        return wait(what, lambda: (said := self.look(run)) and wanted(said) and said, SECONDS)

    def ended(self, run):
        return self.until("the run", run, lambda said: said["state"] != "running")

    def log(self, run):
        return self.ask("GET", f"runs/{run}?offset=0")[1]["log"]["text"]

    def worker(self):
        """The process that validates, None while there is none."""
        return next((pid for pid in children(self.server.process.pid) if "cwl.checking" in command(pid)), None)

    def copies(self):
        """Processes that are validating now."""
        worker = self.worker()
        return children(worker) if worker else []


def children(pid):
    """Those that have not ended."""
    try:
        pids = "".join(file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")).split()
    except OSError:
        return []
    return [int(child) for child in pids if not has_ended(child)]


def has_ended(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def environment(pid):
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def running(word):
    """Processes with this in their arguments."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in pids if word in command(pid) and not has_ended(pid)]
