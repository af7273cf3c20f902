import asyncio
import json
import os
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from shlex import quote
from types import SimpleNamespace

import pytest
import websocket

from jupyter_datalabs.activity import ActivityWatch, cpu_seconds
from server import SECONDS, wait

PERIOD = 0.2
#: Told by each look.
LOOK = "Last activity: "


@pytest.fixture
def server(start):
    return start(f"--ActivityWatch.period={PERIOD}", "--ServerApp.log_level=DEBUG")


def last(server):
    """What the server tells of itself, by a request that counts in a stock server."""
    return datetime.fromisoformat(server.api("GET", "status")["last_activity"].replace("Z", "+00:00"))


def settled(server):
    """The last activity, once it stays the same over several looks that begin now."""
    begun = server.log().count(LOOK)

    def same():
        *_, now = found = re.findall(f"{LOOK}(.*)", server.log())[begun:] or [None]
        return found[-6:] == [now] * 6

    wait("quiet", same)
    return last(server)


def moves(server):
    before = last(server)
    wait("activity", lambda: last(server) > before)


def test_an_open_page_that_polls_does_not_count(server):
    session = server.session(server.notebook("1"))
    tab = server.browser(session)
    quiet = settled(server)
    for path in ("kernels", "sessions", "terminals", "contents?content=1", "contents/note.ipynb?content=0", "kernelspecs"):
        server.api("GET", path)
    # Coming back after a cut of the network asks the kernel for nothing but who it is.
    tab.cut()
    server.browser(session).close()
    assert settled(server) == quiet


def test_a_busy_silent_kernel_counts_until_it_is_done(server):
    session = server.session(server.notebook("1"))
    tab = server.browser(session)
    tab.run("import os\nwhile not os.path.exists('enough'): pass")
    wait("busy", lambda: server.api("GET", "kernels")[0]["execution_state"] == "busy")
    moves(server)
    moves(server)
    tab.close()
    moves(server)
    (server.root / "enough").touch()
    wait("idle", lambda: server.api("GET", "kernels")[0]["execution_state"] == "idle")
    quiet = settled(server)
    assert (datetime.now(timezone.utc) - quiet).total_seconds() > 4 * PERIOD


def test_writing_a_file_counts_and_reading_it_does_not(server):
    path = server.notebook("1")
    server.api("POST", "contents", {"type": "directory"})
    quiet = settled(server)
    notebook = server.read(path)["content"]
    assert settled(server) == quiet
    server.save(notebook, path)
    assert last(server) > quiet


def test_a_program_in_a_terminal_nobody_looks_at_counts_while_it_computes(server):
    name = server.api("POST", "terminals", {"cwd": str(server.root)})["name"]
    socket = websocket.create_connection(f"{server.url.replace('http', 'ws')}terminals/websocket/{name}?token=secret", timeout=SECONDS)
    go, enough, done = (server.root / name for name in ("go", "enough", "done"))
    script = server.root / "work.sh"
    os.mkfifo(go)
    script.write_text(f"cd {quote(str(server.root))}; read line < go; while ! [ -e enough ]; do :; done; touch done; exec sleep 60\n")
    socket.send(json.dumps(["stdin", f"exec sh {quote(str(script))}\r"]))
    socket.close()
    quiet = settled(server)
    go.write_text("now\n")
    wait("activity", lambda: last(server) > quiet)
    moves(server)
    enough.touch()
    wait("its end", done.exists)
    # A program that waits is none.
    settled(server)


def test_the_first_work_after_a_pause_is_told_to_the_hub_at_once():
    start = datetime(2026, 3, 1, tzinfo=timezone.utc)
    told = []

    class Hub:
        hub_activity_interval = 300

        async def notify_activity(self):
            told.append(watch.last_activity())

    kernels = SimpleNamespace(last_kernel_activity=start, list_kernel_ids=list)
    watch = ActivityWatch()
    watch._settings = {"started": start, "kernel_manager": kernels, "last_activity_times": {}, "api_last_activity": start + timedelta(days=1)}
    watch._app = SimpleNamespace(extension_manager=SimpleNamespace(extension_apps={"jupyterhub-singleuser": {Hub()}}))
    watch._times, watch._seen, watch._telling = {}, start, None

    async def work(seconds):
        kernels.last_kernel_activity = start + timedelta(seconds=seconds)
        watch._look()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def day():
        # Reports at intervals tell of these.
        await work(0)
        await work(200)
        await work(400)
        assert told == []
        await work(1000)
        await work(1010)

    asyncio.run(day())
    assert told == [start + timedelta(seconds=1000)]


def test_cpu_time_of_a_tree_includes_children_that_have_ended(tmp_path):
    ticks = os.sysconf("SC_CLK_TCK")

    def process(pid, parent, *times):
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(f"{pid} (a) b (c)) S {parent} " + "0 " * 9 + " ".join(str(part * ticks) for part in times) + " 0 0\n")

    (tmp_path / "self").mkdir()
    process(10, 1, 1, 0, 5, 0)
    process(11, 10, 2, 1, 0, 0)
    process(12, 11, 3, 0, 0, 0)
    process(20, 1, 7, 0, 0, 0)
    assert cpu_seconds({"1": 10, "2": 20, "3": 99}, Path(tmp_path)) == {"1": 12, "2": 7, "3": 0}
