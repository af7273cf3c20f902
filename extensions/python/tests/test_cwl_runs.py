"""Test runs over HTTP, with a real server and the real cwltool."""

import json
import os
import shutil
import signal
import time
import uuid

import pytest

from cwl_server import ECHO, Cwl, command, environment, has_ended, running
from server import wait

SHELL = """\
cwlVersion: v1.2
class: CommandLineTool
baseCommand: [sh, -c]
inputs:
  script:
    type: string
    inputBinding: {position: 1}
outputs: []
"""

TWO_STEPS = """\
cwlVersion: v1.2
class: Workflow
requirements: {ScatterFeatureRequirement: {}}
inputs:
  words: string[]
outputs:
  all:
    type: File
    outputSource: join/joined
steps:
  say:
    run: echo.cwl
    scatter: word
    in: {word: words}
    out: [said]
  join:
    run: join.cwl
    in: {files: say/said}
    out: [joined]
"""

JOIN = """\
cwlVersion: v1.2
class: CommandLineTool
baseCommand: cat
hints:
  DockerRequirement: {dockerPull: "debian:12"}
inputs:
  files:
    type: File[]
    inputBinding: {position: 1}
stdout: joined.txt
outputs:
  joined: stdout
"""

NESTED = """\
cwlVersion: v1.2
class: Workflow
requirements: {ScatterFeatureRequirement: {}, SubworkflowFeatureRequirement: {}}
inputs:
  lists: {type: {type: array, items: {type: array, items: string}}}
outputs: []
steps:
  outer_2:
    run: two.cwl
    scatter: words
    in: {words: lists}
    out: [all]
"""


@pytest.fixture
def cwl(start, tmp_path):
    workspace = tmp_path / "root" / "my workspace"
    workspace.mkdir(parents=True)
    cwl = Cwl(start(f"--CwlTools.workspace={workspace}"))
    cwl.write("echo.cwl", ECHO)
    cwl.write("join.cwl", JOIN)
    cwl.write("two.cwl", TWO_STEPS)
    cwl.write("shell.cwl", SHELL)
    return cwl


def sleeper(cwl, more=""):
    """A run whose tool sleeps, and a word by which its processes are known."""
    word = f"sleeper-{uuid.uuid4().hex}"
    run = cwl.run("shell.cwl", inputs={"script": f"{more} sleep 1000; : {word}"})
    cwl.until("the job", run, lambda said: said["jobs"])
    wait("the process", lambda: running(word))
    return run, word


def guards(cwl):
    """What this server has started for runs, wherever it hangs now, but for their programs."""
    home = f"HOME={cwl.root.parent / 'home'}".encode()
    return [pid for pid in running("jupyter_datalabs.cwl.") if "checking" not in command(pid) and home in environment(pid)]


def test_scatter_and_join(cwl):
    words = ["one", "two", "größe"]
    run = cwl.run("two.cwl", inputs={"words": words})
    said = cwl.ended(run)
    assert (said["state"], said["exitCode"], said["error"]) == ("done", 0, None), cwl.log(run)
    jobs = [(job["step"], job["index"], job["state"], job["tool"]) for job in said["jobs"]]
    assert jobs == [*[("say", [number], "done", "echo.cwl") for number in range(3)], ("join", [0], "done", "join.cwl")]
    assert [(step["step"], step["state"], step["begun"]) for step in said["steps"]] == [("say", "done", 3), ("join", "done", 1)]
    assert all(said["started"] <= each["started"] <= each["ended"] <= said["ended"] for each in [*said["jobs"], *said["steps"]])
    assert said["passedOver"] == [{"image": "debian:12", "step": "join"}]
    folder = said["folder"]
    assert folder.startswith("my workspace/pipeline-tests/two-")
    assert said["outputs"]["all"]["contents"] == f"{folder}/outputs/joined.txt"
    assert (cwl.root / folder / "outputs/joined.txt").read_text() == "one\ntwo\ngröße\n"
    assert sorted(os.listdir(cwl.root / folder)) == ["inputs.yml", "log.txt", "outputs", "outputs.json"]
    assert json.loads((cwl.root / folder / "outputs.json").read_text())["all"]["basename"] == "joined.txt"
    assert guards(cwl) == []
    # What is written down can be run again.
    again = cwl.ended(cwl.run("two.cwl", inputs=f"{folder}/inputs.yml", outdir="my workspace/again"))
    assert (again["state"], again["folder"]) == ("done", "my workspace/again")
    assert (cwl.root / "my workspace/again/outputs/joined.txt").read_text() == "one\ntwo\ngröße\n"
    assert cwl.ask("POST", "runs", {"path": "two.cwl", "outdir": "my workspace/again"})[1]["code"] == "bad-request"
    assert [run["folder"] for run in cwl.ask("GET", "runs")[1]["runs"]] == ["my workspace/again", folder]


def test_steps_of_scattered_workflows(cwl):
    cwl.write("nested.cwl", NESTED)
    said = cwl.ended(cwl.run("nested.cwl", inputs={"lists": [["a"], ["b", "c"]]}))
    assert said["state"] == "done", said
    jobs = [(job["step"], job["index"]) for job in said["jobs"] if job["step"].endswith("say")]
    assert jobs == [("outer_2/say", [0, 0]), ("outer_2/say", [1, 0]), ("outer_2/say", [1, 1])]


def test_one_step_alone(cwl):
    cwl.write("data/a b.txt", "first\n")
    cwl.write("data/ü.txt", "second\n")
    files = [{"class": "File", "path": "data/a b.txt"}, {"class": "File", "location": "data/%C3%BC.txt"}]
    said = cwl.ended(cwl.run("two.cwl", step="join", inputs={"files": files}))
    assert said["state"] == "done", said
    assert (cwl.root / said["folder"] / "outputs/joined.txt").read_text() == "first\nsecond\n"
    assert said["folder"].rpartition("/")[2].startswith("two-join-")


def test_process_of_a_packed_document(cwl):
    packed = {"cwlVersion": "v1.2", "$graph": [
        {"class": "CommandLineTool", "id": name, "baseCommand": ["echo", name], "inputs": {}, "stdout": "out", "outputs": {"out": "stdout"}}
        for name in ("main", "öther")
    ]}
    cwl.write("Päckchen mit Leerzeichen.cwl", json.dumps(packed))
    said = cwl.ended(cwl.run("Päckchen mit Leerzeichen.cwl", process="#öther"))
    assert said["state"] == "done", said
    assert (cwl.root / said["folder"] / "outputs/out").read_text() == "öther\n"
    assert [job["tool"] for job in said["jobs"]] == ["Päckchen mit Leerzeichen.cwl#öther"]


def test_container_that_is_required_is_passed_over(cwl):
    cwl.write("join.cwl", JOIN.replace("hints", "requirements"))
    said = cwl.ended(cwl.run("two.cwl", inputs={"words": ["one"]}))
    assert (said["state"], said["passedOver"]) == ("done", [{"image": "debian:12", "step": "join"}]), said


def test_failing_step(cwl):
    cwl.write("echo.cwl", ECHO.replace("baseCommand: echo", "baseCommand: [sh, -c, 'echo [job say] completed success >&2; exit 3']"))
    run = cwl.run("two.cwl", inputs={"words": ["one"]})
    said = cwl.ended(run)
    assert (said["state"], said["exitCode"]) == ("failed", 1)
    assert [(job["step"], job["state"]) for job in said["jobs"]] == [("say", "failed")]
    assert ("say", "failed") in [(step["step"], step["state"]) for step in said["steps"]]
    assert "completed success" in cwl.log(run)


@pytest.mark.parametrize("command", ["no-such-papermill", "/nowhere/no-such-papermill"])
def test_command_that_is_not_there(cwl, command):
    cwl.write("echo.cwl", ECHO.replace("baseCommand: echo", f"baseCommand: {command}"))
    for path, inputs in (("two.cwl", {"words": ["one", "two"]}), ("echo.cwl", {"word": "one"})):
        said = cwl.ended(cwl.run(path, inputs=inputs))
        assert said["state"] == "failed"
        assert said["error"].startswith(f"{command} is not in this session. "), said["error"]
    # What merely is not found while it runs is something else.
    cwl.write("echo.cwl", ECHO.replace("baseCommand: echo", "baseCommand: [cat, nowhere]"))
    assert "not in this session" not in (cwl.ended(cwl.run("echo.cwl", inputs={"word": "one"}))["error"] or "")


def test_invalid_document_and_inputs(cwl):
    said = cwl.ended(cwl.run("two.cwl", inputs={}))
    assert (said["state"], said["jobs"]) == ("failed", [])
    assert "words" in said["error"]
    cwl.write("broken.cwl", "cwlVersion: v1.2\nclass: Nothing\n")
    assert "Nothing" in cwl.ended(cwl.run("broken.cwl"))["error"]
    assert cwl.ended(cwl.run("two.cwl", step="nowhere"))["state"] == "failed"


def test_anchors_that_explode(cwl):
    bomb = "x0: &x0 [a, a, a, a, a, a, a, a, a]\n" + "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 10))
    cwl.write("inputs.yml", bomb)
    assert "anchors" in cwl.ended(cwl.run("two.cwl", inputs="inputs.yml"))["error"]
    cwl.write("echo.cwl", ECHO + bomb)
    assert "anchors" in cwl.ended(cwl.run("two.cwl", inputs={"words": ["one"]}))["error"]


def test_without_node(start, tmp_path, monkeypatch):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "echo"):
        (programs / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(programs))
    cwl = Cwl(start())
    text = ECHO.replace("class: C", "requirements: {InlineJavascriptRequirement: {}}\nclass: C")
    cwl.write("script.cwl", text + 'arguments: ["${ return 1; }"]\n')
    said = cwl.validate("script.cwl")
    assert (said["verdict"], said["javascript"]) == ("valid", False)
    said = cwl.ended(cwl.run("script.cwl", inputs={"word": "a"}))
    assert said["state"] == "failed"
    assert "Node" in said["error"]


def test_who_may_only_read_does_not_run(start, tmp_path):
    config = tmp_path / "home/config/jupyter_server_config.py"
    config.parent.mkdir(parents=True)
    config.write_text(
        "from jupyter_server.auth import Authorizer\n"
        "class Reads(Authorizer):\n"
        "    def is_authorized(self, handler, user, action, resource):\n"
        "        return action == 'read'\n"
        "c.ServerApp.authorizer_class = Reads\n"
    )
    cwl = Cwl(start())
    cwl.write("echo.cwl", ECHO)
    assert cwl.validate("echo.cwl")["verdict"] == "valid"
    assert cwl.ask("POST", "runs", {"path": "echo.cwl"})[0] == 403
    assert cwl.ask("DELETE", "runs/0123")[0] == 403
    assert cwl.ask("GET", "runs")[0] == 200


def test_cancel_leaves_no_process(cwl):
    run, word = sleeper(cwl, "setsid sleep 1000 &")
    status, said = cwl.ask("DELETE", f"runs/{run}")
    assert status == 200
    said = cwl.ended(run)
    assert said["state"] == "cancelled"
    assert [job["state"] for job in said["jobs"]] == ["cancelled"]
    assert running(word) == []
    assert guards(cwl) == []
    assert not (cwl.root / said["folder"] / ".work").exists()
    assert cwl.ask("DELETE", f"runs/{run}")[1]["state"] == "cancelled"


def test_what_ignores_the_cancel_is_killed(cwl):
    run, word = sleeper(cwl, "trap '' TERM; echo deaf >&2;")
    wait("the trap", lambda: "deaf\n" in cwl.log(run))
    began = time.monotonic()
    cwl.ask("DELETE", f"runs/{run}")
    assert cwl.ended(run)["state"] == "cancelled"
    assert time.monotonic() - began > 11
    assert running(word) == []


def test_cancelled_before_it_has_begun(cwl):
    run = cwl.run("two.cwl", inputs={"words": ["one"]})
    cwl.ask("DELETE", f"runs/{run}")
    assert cwl.ended(run)["state"] == "cancelled"


def test_two_at_once(cwl):
    runs = [sleeper(cwl), sleeper(cwl)]
    status, problem = cwl.ask("POST", "runs", {"path": "shell.cwl", "inputs": {"script": "true"}})
    assert (status, problem["code"]) == (429, "too-many")
    cwl.ask("DELETE", f"runs/{runs[0][0]}")
    assert cwl.ended(runs[0][0])["state"] == "cancelled"
    assert cwl.look(runs[1][0])["state"] == "running"
    assert running(runs[1][1])
    assert cwl.ended(cwl.run("shell.cwl", inputs={"script": "true"}))["state"] == "done"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_end_of_the_server_ends_runs(cwl, how):
    run, word = sleeper(cwl)
    before = guards(cwl)
    cwl.server.stop(how)
    wait("the end", lambda: not running(word) and all(has_ended(pid) for pid in before))


def test_end_of_its_guard_ends_a_run(cwl):
    run, word = sleeper(cwl)
    (guard,) = [pid for pid in guards(cwl) if "cwl.guard" in command(pid)]
    os.kill(guard, signal.SIGKILL)
    assert cwl.ended(run)["state"] == "failed"
    wait("the end", lambda: not running(word))


def test_asked_twice_with_the_same_key(cwl):
    key = uuid.uuid4().hex
    body = {"path": "shell.cwl", "inputs": {"script": "true"}, "key": key}
    assert [cwl.ask("POST", "runs", body)[1]["id"] for _ in range(2)] == [key, key]
    cwl.ended(key)
    assert len(cwl.ask("GET", "runs")[1]["runs"]) == 1


def test_log_comes_in_pieces_of_whole_characters(cwl):
    run = cwl.run("shell.cwl", inputs={"script": "yes 'größe' | head -n 100000 >&2"})
    cwl.ended(run)
    offset, text = 0, ""
    while True:
        log = cwl.ask("GET", f"runs/{run}?offset={offset}")[1]["log"]
        assert len(log["text"].encode()) <= 256 << 10
        if log["offset"] == offset:
            break
        offset, text = log["offset"], text + log["text"]
    assert text.count("größe\n") == 100_000
    assert "\ufffd" not in text
    assert offset == log["size"]
    assert cwl.ask("GET", f"runs/{run}?offset=x")[0] == 400


def test_bad_requests_and_who_may_ask(cwl):
    for body in ({}, {"path": "../x"}, {"path": "two.cwl", "inputs": []}, {"path": "two.cwl", "key": "k"}, {"path": "two.cwl", "inputs": "../x"}):
        assert cwl.ask("POST", "runs", body)[1]["code"] == "bad-request"
    assert cwl.ask("POST", "runs", {"path": "nowhere.cwl"})[1]["code"] == "not-found"
    assert cwl.ask("POST", "runs", {"path": "two.cwl", "inputs": "nowhere.yml"})[1]["code"] == "not-found"
    assert cwl.ask("GET", "runs/0123")[1]["code"] == "not-found"
    assert cwl.ask("POST", "runs", {"path": "two.cwl"}, token="wrong")[0] == 403
    assert cwl.ask("GET", "runs", token=None)[0] == 403
    assert cwl.ask("GET", "runs")[1] == {"runs": []}


def test_a_run_is_activity_and_looking_is_none(cwl):
    run, _ = sleeper(cwl)

    def noted():
        return cwl.server.api("GET", "status")["last_activity"]

    def looking_changes_nothing():
        before = noted()
        cwl.look(run)
        cwl.ask("GET", "runs")
        cwl.ask("POST", "prepare", {})
        return noted() == before

    # It is noted now and then that the run goes on.
    wait("a time in which nothing else does", looking_changes_nothing)
    before = noted()
    cwl.ask("DELETE", f"runs/{run}")
    cwl.ended(run)
    assert noted() > before
