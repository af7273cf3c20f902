"""A worker process may hang, die and fail, and whoever asks it always gets an answer."""

import asyncio
import errno
import json
import os
import signal
from pathlib import Path

import pytest

from jupyter_datalabs.volumes.failure import Failure
from jupyter_datalabs.volumes.jobs import Jobs
from jupyter_datalabs.volumes.supervisor import ANYHOW, BLAMELESS, LINE, Supervisor
from server import PACKAGE, wait


class Loop(asyncio.SelectorEventLoop):
    """One whose time passes as it does, and by what is added to ``ahead``."""

    ahead = 0.0

    def time(self):
        return super().time() + self.ahead


def passes(seconds):
    asyncio.get_running_loop().ahead += seconds


@pytest.fixture
def run(monkeypatch):
    """Runs a scenario with supervisors of the worker of these tests, in an event loop of its own."""
    monkeypatch.setenv("PYTHONPATH", f"{PACKAGE}{os.pathsep}{Path(__file__).parent}")

    def run_one(scenario, **choices):
        async def body():
            supervisor = Supervisor("volume_worker", [str(1 << 30)], **choices)
            try:
                # Longer than all time that is made to pass.
                return await asyncio.wait_for(scenario(supervisor), 300)
            finally:
                process = supervisor._current and supervisor._current.process
                supervisor.end()
                if process:
                    await process.wait()

        with asyncio.Runner(loop_factory=Loop) as runner:
            return runner.run(body())

    return run_one


def has_ended(pid):
    """Also one that nobody has asked after yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


async def begun(supervisor, method, params=None, **choices):
    """A request under way, once the worker says so."""
    said = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(supervisor.ask(method, params or {}, on_progress=said.set_result, **choices))
    return task, next(iter((await said).values()))


def test_starts_at_the_first_question_and_stays(run):
    async def scenario(supervisor):
        assert supervisor.pid is None
        first = json.loads((await supervisor.ask("echo", {"name": "bad\udcff"})).body)
        second = json.loads((await supervisor.ask("echo", {})).body)
        assert first["name"] == "bad\udcff"
        assert first["pid"] == second["pid"] == supervisor.pid
        # Not where somebody's own json.py may lie.
        assert first["cwd"] == "/"

    run(scenario)


def test_bytes_and_their_headers_pass_as_they_are(run):
    answer = run(lambda supervisor: supervisor.ask("raw", {}))
    assert (answer.status, answer.body) == (200, b"\x89PNG\n\n")
    assert answer.headers == {"Content-Type": "image/png", "X-Datalabs-Image": "{}"}


@pytest.mark.parametrize(("method", "code"), [("hog", "too-large"), ("fail", "internal")])
def test_failures_are_problems_and_no_end(run, method, code):
    async def scenario(supervisor):
        answer = await supervisor.ask(method, {})
        problem = json.loads(answer.body)
        assert (answer.status, problem["code"]) == (problem["status"], code)
        assert problem["type"] == f"urn:datalabs:problem:{code}"
        assert (await supervisor.ask("echo", {})).status == 200

    run(scenario)


def test_dead_worker_fails_its_requests_and_is_replaced(run, tmp_path):
    async def scenario(supervisor):
        waiting, pid = await begun(supervisor, "wait")
        with pytest.raises(Failure) as failure:
            await supervisor.ask("die", {"file": str(tmp_path / "died")})
        assert failure.value.code == "worker-ended"
        with pytest.raises(Failure):
            await waiting
        again = json.loads((await supervisor.ask("echo", {})).body)
        assert again["pid"] != pid

    run(scenario)


def test_killed_by_the_system(run):
    async def scenario(supervisor):
        waiting, pid = await begun(supervisor, "wait")
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(Failure) as failure:
            await waiting
        assert failure.value.code == "worker-ended" and "memory" in failure.value.detail
        assert json.loads((await supervisor.ask("echo", {})).body)["pid"] != pid

    run(scenario)


def test_question_that_may_be_repeated_survives_the_death(run, tmp_path):
    answer = run(lambda supervisor: supervisor.ask("die", {"file": str(tmp_path / "died")}, again=ANYHOW))
    assert answer.status == 200


def test_question_that_killed_one_worker_kills_no_second(run, tmp_path):
    with pytest.raises(Failure) as failure:
        run(lambda supervisor: supervisor.ask("die", {"file": str(tmp_path / "died")}, again=BLAMELESS))
    assert failure.value.code == "worker-ended"


def test_death_that_nobody_noticed_costs_no_question(run):
    async def scenario(supervisor):
        pid = json.loads((await supervisor.ask("echo", {})).body)["pid"]
        os.kill(pid, signal.SIGKILL)
        # The loop stands still meanwhile.
        wait("its end", lambda: has_ended(pid))
        assert supervisor.pid == pid
        assert json.loads((await supervisor.ask("echo", {})).body)["pid"] != pid

    run(scenario)


def test_worker_that_does_not_even_begin_is_tried_twice(run, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "")
    with pytest.raises(Failure) as failure:
        run(lambda supervisor: supervisor.ask("echo", {}))
    assert failure.value.code == "worker-ended"


def test_questions_outlive_one_that_hangs(run, tmp_path):
    async def scenario(supervisor):
        hanging, pid = await begun(supervisor, "hang")
        other, _ = await begun(supervisor, "first_waits", {"file": str(tmp_path / "asked")}, deadline=None, again=BLAMELESS)
        writing, _ = await begun(supervisor, "wait", deadline=None)
        passes(60)
        with pytest.raises(Failure):
            await hanging
        passes(10)
        assert json.loads((await other).body)["pid"] != pid
        with pytest.raises(Failure) as failure:
            await writing
        assert failure.value.code == "worker-ended"

    run(scenario)


def test_worker_that_says_what_cannot_be_understood_is_ended(run, caplog):
    async def scenario(supervisor):
        assert (await supervisor.ask("say", {"size": LINE // 2})).status == 200
        pid = supervisor.pid
        with pytest.raises(Failure) as failure:
            await supervisor.ask("say", {"size": LINE + 1, "stay": True})
        assert failure.value.code == "worker-ended" and "memory" not in failure.value.detail
        assert "cannot be understood" in caplog.text
        wait("its end", lambda: has_ended(pid))
        assert json.loads((await supervisor.ask("echo", {})).body)["pid"] != pid

    run(scenario)


def test_worker_that_cannot_be_started(run, monkeypatch):
    async def refuse(*_, **__):
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    async def scenario(supervisor):
        with pytest.raises(Failure) as failure:
            await supervisor.ask("echo", {})
        assert failure.value.code == "no-worker" and "temporarily unavailable" in failure.value.detail
        jobs = Jobs(supervisor)
        identifier = jobs.start({"to": ""})["job"]
        while jobs.get(identifier)["state"] == "running":
            await asyncio.sleep(0)
        assert jobs.cancel(identifier)["problem"]["code"] == "no-worker"

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    run(scenario)


def test_deadline(run):
    async def scenario(supervisor):
        waiting, pid = await begun(supervisor, "wait")
        passes(60)
        with pytest.raises(Failure) as failure:
            await waiting
        assert failure.value.code == "timeout"
        # It ended as it was asked to, so its process is kept.
        assert json.loads((await supervisor.ask("echo", {})).body)["pid"] == pid

    run(scenario)


def test_what_hangs_keeps_nobody_waiting_and_is_given_up(run):
    async def scenario(supervisor):
        hanging, pid = await begun(supervisor, "hang")
        assert json.loads((await supervisor.ask("echo", {})).body)["pid"] == pid
        passes(60)
        with pytest.raises(Failure) as failure:
            await hanging
        assert failure.value.code == "timeout"
        passes(10)
        while supervisor.pid == pid:
            await asyncio.sleep(0)
        assert json.loads((await supervisor.ask("echo", {})).body)["pid"] != pid
        wait("its end", lambda: has_ended(pid))

    run(scenario)


def test_cancelled_by_who_asked(run):
    async def scenario(supervisor):
        waiting, pid = await begun(supervisor, "wait")
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        while supervisor.busy:
            await asyncio.sleep(0)
        assert supervisor.pid == pid

    run(scenario)


def test_not_more_than_so_many(run):
    async def scenario(supervisor):
        await begun(supervisor, "wait")
        with pytest.raises(Failure) as failure:
            await supervisor.ask("echo", {})
        assert failure.value.code == "too-many"

    run(scenario, most=1)


def test_ends_when_idle(run):
    async def scenario(supervisor):
        pid = json.loads((await supervisor.ask("echo", {})).body)["pid"]
        passes(20)
        while supervisor.pid:
            await asyncio.sleep(0)
        wait("its end", lambda: has_ended(pid))
        assert json.loads((await supervisor.ask("echo", {})).body)["pid"] != pid

    run(scenario, idle=20)
