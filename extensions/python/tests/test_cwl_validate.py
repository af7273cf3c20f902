"""cwltool's verdict on documents over HTTP, with a real server, its real worker and the real cwltool."""

import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
import yaml

from cwl_server import ECHO, Cwl, has_ended
from server import PACKAGE, Server, wait

WORKFLOW = """\
cwlVersion: v1.2
class: Workflow
inputs:
  word: string
outputs:
  said:
    type: File
    outputSource: say/said
steps:
  say:
    run: echo.cwl
    in:
      word: word
    out: [said]
"""

#: Each step runs the workflow itself, which cwltool follows until it has no more room.
ENDLESS = """\
cwlVersion: v1.2
class: Workflow
requirements: {SubworkflowFeatureRequirement: {}}
inputs: {}
outputs: {}
steps:
  a: {run: endless.cwl, in: {}, out: []}
  b: {run: endless.cwl, in: {}, out: []}
"""

#: Three thousand million words.
BOMB = "cwlVersion: v1.2\nclass: Workflow\nx0: &x0 [a, a, a, a, a, a, a, a, a]\n" + "".join(
    f"x{level}: &x{level} [{', '.join([f'*x{level - 1}'] * 9)}]\n" for level in range(1, 10)
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("cwl"))
    yield Cwl(server)
    server.stop()


@pytest.fixture
def cwl(shared, request):
    """The documents of each test lie in a folder of their own."""
    shared.folder = request.node.name.replace("[", "-").replace("]", "")
    shared.write(f"{shared.folder}/echo.cwl", ECHO)
    wait("the end of what came before", lambda: not shared.copies())
    return shared


def put(cwl, name, text):
    return cwl.write(f"{cwl.folder}/{name}", text)


def places(said):
    return [(message["severity"], message["line"], message["column"], message.get("step")) for message in said["messages"]]


def test_valid_document(cwl):
    path = put(cwl, "workflow.cwl", WORKFLOW)
    said = cwl.validate(path)
    assert (said["verdict"], said["messages"], said["cached"]) == ("valid", [], False)
    assert said["files"] == [f"{cwl.folder}/echo.cwl"]
    assert cwl.validate(path) == said | {"cached": True}


def test_places_of_unknown_sources_and_missing_tools(cwl):
    text = WORKFLOW.replace("word: word", "word: wrod").replace("say/said", "say/siad")
    said = cwl.validate(put(cwl, "workflow.cwl", text + "  more: {run: missing.cwl, in: {}, out: []}\n"))
    assert said["verdict"] == "invalid"
    assert sorted(places(said)) == [("error", 8, 5, None), ("error", 13, 7, "say"), ("error", 15, 10, "more")]
    message = next(message for message in said["messages"] if message["line"] == 13)
    assert message["file"] == f"{cwl.folder}/workflow.cwl"
    assert "wrod" in message["message"]
    assert message["detail"][0] == "checking field 'steps'"


def test_places_of_types_that_do_not_fit(cwl):
    text = WORKFLOW.replace("word: string", "word: int").replace("out: [said]", "out: [said, more]")
    said = cwl.validate(put(cwl, "workflow.cwl", text))
    assert places(said) == [("error", 14, 17, "say")]
    said = cwl.validate(put(cwl, "workflow.cwl", text.replace(", more", "")))
    assert places(said) == [("error", 13, 7, "say")]
    assert "'word' of type \"int\" is incompatible with sink 'word' of type \"string\"" in said["messages"][0]["message"]


def test_wrong_tool_is_told_at_its_line_and_by_its_step(cwl):
    put(cwl, "echo.cwl", ECHO.replace("type: string", "type: strin"))
    said = cwl.validate(put(cwl, "workflow.cwl", WORKFLOW))
    (message,) = said["messages"]
    assert (message["file"], message["line"], message["step"]) == (f"{cwl.folder}/echo.cwl", 6, "say")


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("", None, "empty"),
        ("- 1\n", None, "mapping"),
        ("class: Workflow\n", None, "No cwlVersion"),
        ("cwlVersion: v1.2\n\tclass: Workflow\n", 2, "token"),
        ("cwlVersion: v1.2\nclass: Workflow\nsteps: {}\nsteps: {}\n", 4, "duplicate"),
        ("cwlVersion: draft-3\nclass: Workflow\n", None, "no longer supports"),
        ("[" * 100_000, None, None),
    ],
)
def test_broken_documents(cwl, text, line, part):
    said = cwl.validate(put(cwl, "broken.cwl", text))
    assert said["verdict"] == "invalid"
    assert said["messages"][0]["line"] == line
    assert part is None or part in said["messages"][0]["message"]


def test_scripts(cwl):
    text = ECHO.replace("class: C", "requirements: {InlineJavascriptRequirement: {}}\nclass: C") + 'arguments: ["${ return 1 +; }"]\n'
    said = cwl.validate(put(cwl, "script.cwl", text))
    if said["javascript"]:
        assert places(said) == [("warning", 12, 13, None)]
        assert "';'" in said["messages"][0]["message"]
        assert said["messages"][0]["detail"] == ["(function(){ return 1 +; })()"]


def test_changed_tool_is_seen(cwl):
    path = put(cwl, "workflow.cwl", WORKFLOW)
    assert cwl.validate(path)["verdict"] == "valid"
    put(cwl, "echo.cwl", ECHO.replace("said: stdout", "other: stdout"))
    assert places(cwl.validate(path)) == [("error", 14, 11, "say")]
    put(cwl, "echo.cwl", ECHO)
    assert cwl.validate(path)["verdict"] == "valid"
    os.unlink(cwl.root / cwl.folder / "echo.cwl")
    assert cwl.validate(path)["verdict"] == "invalid"
    put(cwl, "echo.cwl", ECHO)
    assert cwl.validate(path)["verdict"] == "valid"


def test_files_that_are_only_looked_for_are_not_read(cwl, monkeypatch):
    os.mkfifo(cwl.root / cwl.folder / "default.txt")
    text = ECHO.replace("type: string", "type: File\n    default: {class: File, location: default.txt}")
    path = put(cwl, "default.cwl", text)
    assert cwl.validate(path)["verdict"] == "valid"
    assert cwl.validate(path)["cached"]
    os.unlink(cwl.root / cwl.folder / "default.txt")
    assert not cwl.validate(path)["cached"]
    os.mkfifo(cwl.root / cwl.folder / "pipe.cwl")
    # A socket's path may have 107 bytes only.
    monkeypatch.chdir(cwl.root / cwl.folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.cwl")
    for name in ("pipe.cwl", "socket.cwl", ""):
        assert cwl.ask("POST", "validate", {"path": f"{cwl.folder}/{name}"})[1]["code"] == "not-a-file"


def test_imported_and_included_files_count(cwl):
    put(cwl, "types.yml", "- name: pair\n  type: record\n  fields: [{name: a, type: int}]\n")
    put(cwl, "script.js", "function f() { return 1; }")
    requirements = "requirements:\n  SchemaDefRequirement: {types: {$import: types.yml}}\n"
    requirements += "  InlineJavascriptRequirement: {expressionLib: [{$include: script.js}]}\n"
    path = put(cwl, "tool.cwl", ECHO + requirements)
    said = cwl.validate(path)
    assert said["verdict"] == "valid", said
    assert said["files"] == [f"{cwl.folder}/script.js", f"{cwl.folder}/types.yml"]
    put(cwl, "types.yml", "- name: pair\n  type: rec\n")
    assert cwl.validate(path)["verdict"] == "invalid"


@pytest.mark.parametrize("name", ["main", "other"])
def test_steps_of_packed_documents(cwl, name):
    graph = "cwlVersion: v1.2\n$graph:\n" + "\n".join(
        f"- {block}" for block in (
            ECHO.replace("cwlVersion: v1.2\n", "id: echo\n").replace("\n", "\n  ").rstrip(),
            WORKFLOW.replace("cwlVersion: v1.2\n", f"id: {name}\n").replace("echo.cwl", "'#echo'").replace("  say:\n", "  - id: say\n").replace("\n", "\n  "),
        )
    )
    path = put(cwl, "packed.cwl", graph)
    said = cwl.validate(path)
    assert said["verdict"] == "valid", said
    lines = graph.splitlines()
    at = next(number for number, line in enumerate(lines, 1) if line.endswith("word: word"))
    said = cwl.validate(path, text=graph.replace("word: word", "word: wrod"))
    assert [(line, step) for _, line, _, step in places(said)] == [(at, "say")], said


def test_ids_that_are_there_twice(cwl):
    # An input, an output and a step of one name are told apart by where they are named; cwltool warns of each.
    put(cwl, "echo.cwl", ECHO.replace("said: stdout", "word: stdout"))
    text = WORKFLOW.replace("said:\n", "word:\n").replace("say/said", "say/word").replace("out: [said]", "out: [word]").replace("word: string", "word: string\n  say: int?")
    said = cwl.validate(put(cwl, "workflow.cwl", text))
    assert (said["verdict"], said["messages"]) == ("valid", []), said
    # Two of one list are a mistake.
    tool = ECHO.replace("  word:\n    type: string\n    inputBinding: {position: 1}\n", "- {id: word, type: string}\n- {id: word, type: string}\n")
    path = put(cwl, "twice.cwl", tool)
    (message,) = cwl.validate(path)["messages"]
    assert (message["severity"], message["message"], message["line"]) == ("warning", f"object id '{path}#word' previously defined", 5), message
    # As it is typed, not as it is in the file.
    assert cwl.validate(path, text=ECHO)["messages"] == []


def test_files_are_called_as_in_the_browser(cwl):
    put(cwl, "Bär 工具.cwl", ECHO.replace("type: string", "type: strin"))
    path = put(cwl, "workflow.cwl", WORKFLOW.replace("echo.cwl", "Bär%20工具.cwl"))
    for said in (cwl.validate(path), cwl.validate(path, text=WORKFLOW.replace("echo.cwl", "nowhere.cwl")), cwl.validate(path, text="class: Workflow\n")):
        assert said["verdict"] == "invalid"
        words = json.dumps(said["messages"], ensure_ascii=False)
        assert str(cwl.root).strip("/") not in words, words
        assert "file:" not in words, words


def test_text_that_is_not_saved(cwl):
    path = put(cwl, "workflow.cwl", WORKFLOW)
    assert cwl.validate(path, text=WORKFLOW.replace("say/said", "x"))["verdict"] == "invalid"
    assert cwl.validate(path)["verdict"] == "valid"
    assert cwl.validate(f"{cwl.folder}/never saved.cwl", text=WORKFLOW)["verdict"] == "valid"


def test_names_with_spaces_and_other_scripts(cwl):
    put(cwl, "Bär 工具#1.cwl", ECHO)
    path = put(cwl, "größe und maß.cwl", WORKFLOW.replace("echo.cwl", "Bär%20工具%231.cwl").replace("say", "säge"))
    said = cwl.validate(path)
    assert (said["verdict"], said["files"]) == ("valid", [f"{cwl.folder}/Bär 工具#1.cwl"]), said
    said = cwl.validate(path, text=(cwl.root / path).read_text().replace("word: word", "word: w"))
    assert [(message["file"], message["step"]) for message in said["messages"]] == [(path, "säge")]


def test_nothing_is_fetched(cwl):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(ECHO.encode())

        do_HEAD = do_GET

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{elsewhere.server_port}/echo.cwl"
        text = f"$schemas: [{url.replace('echo.cwl', 'edam.owl')}]\n" + WORKFLOW.replace("echo.cwl", url)
        path = put(cwl, "workflow.cwl", text)
        put(cwl, "terms.jsonld", json.dumps({"@context": url.replace("echo.cwl", "context"), "@id": "x:y"}))
        assert cwl.validate(path, text="$schemas: [terms.jsonld]\n" + WORKFLOW)["verdict"] == "unknown"
        said = cwl.validate(path)
        assert said["verdict"] == "unknown"
        assert url in said["refused"]
        assert ("information", 12, 5, "say") in places(said)
        assert asked == []
        elsewhere.shutdown()


def test_nothing_outside_of_the_root_is_opened(cwl):
    (cwl.root.parent / "elsewhere.yml").write_text("secret: word\n")
    (cwl.root.parent / "elsewhere.cwl").write_text(ECHO)
    for place in ("file:///etc/passwd", "FILE:///etc/passwd", "%2e%2e/%2e%2e/elsewhere.yml"):
        said = cwl.validate(put(cwl, "import.cwl", ECHO + f"hints: [{{$import: '{place}'}}]\n"))
        assert (said["verdict"], said["files"]) == ("unknown", []), said
        assert "was not looked at" in said["messages"][0]["message"]
    said = cwl.validate(put(cwl, "workflow.cwl", WORKFLOW.replace("echo.cwl", "../../elsewhere.cwl")))
    assert (said["verdict"], said["files"]) == ("unknown", []), said
    # Nor by the reader of $schemas.
    (cwl.root.parent / "context.json").write_text("{}")
    put(cwl, "terms.jsonld", json.dumps({"@context": (cwl.root.parent / "context.json").as_uri(), "@id": "x:y"}))
    assert cwl.validate(put(cwl, "schemas.cwl", "$schemas: [terms.jsonld]\n" + ECHO))["verdict"] == "unknown"


def test_what_never_ends_is_not_read(cwl):
    lib = cwl.root / cwl.folder / "lib.js"
    tool = ECHO + "requirements: {InlineJavascriptRequirement: {expressionLib: [{$include: lib.js}]}}\n"
    path = put(cwl, "tool.cwl", tool)
    for _ in range(2):
        put(cwl, "lib.js", "function f() { return 1; }")
        assert cwl.validate(path)["verdict"] == "valid"
        lib.unlink()
        lib.symlink_to("/dev/zero")
        said = cwl.validate(path)
        assert (said["verdict"], len(said["messages"])) == ("invalid", 1), said
        assert "not a file" in said["messages"][0]["message"]
        assert cwl.validate(path)["cached"]
        lib.unlink()
        os.mkfifo(lib)
        assert "not a file" in cwl.validate(path)["messages"][0]["message"]
        lib.unlink()
        with open(lib, "wb") as file:
            file.truncate(8_000_000_000)
        assert "too long" in cwl.validate(path)["messages"][0]["message"]
        lib.unlink()
    assert cwl.validate(put(cwl, "zero.cwl", ECHO + "doc: {$include: /dev/zero}\n"))["verdict"] == "unknown"


def test_anchors_that_explode(cwl):
    status, problem = cwl.ask("POST", "validate", {"path": put(cwl, "bomb.cwl", BOMB)})
    assert (status, problem["code"]) == (413, "too-large")
    status, problem = cwl.ask("POST", "upgrade", {"path": f"{cwl.folder}/bomb.cwl"})
    assert (status, problem["code"]) == (413, "too-large")
    path = put(cwl, "workflow.cwl", WORKFLOW.replace("echo.cwl", "bomb.cwl"))
    assert cwl.ask("POST", "validate", {"path": path})[1]["code"] == "too-large"


def test_newest_wins(cwl):
    path = put(cwl, "endless.cwl", ENDLESS)
    older = cwl.begin("validate", {"path": path})
    first = wait("the older one", cwl.copies)
    assert cwl.validate(path, text=WORKFLOW)["verdict"] == "valid"
    response = older.getresponse()
    assert response.status == 409
    assert b'"cancelled"' in response.read()
    wait("its end", lambda: not set(first) & set(cwl.copies()))


def test_given_up_by_who_asked(cwl):
    request = cwl.begin("validate", {"path": put(cwl, "endless.cwl", ENDLESS)})
    wait("the copy", cwl.copies)
    request.sock.close()
    request.close()
    wait("its end", lambda: not cwl.copies())


def test_killed_worker(cwl):
    path = put(cwl, "endless.cwl", ENDLESS)
    put(cwl, "workflow.cwl", WORKFLOW)
    cwl.validate(f"{cwl.folder}/workflow.cwl")
    request = cwl.begin("validate", {"path": path})
    (copy,) = wait("the copy", cwl.copies)
    worker = cwl.worker()
    os.kill(worker, signal.SIGKILL)
    # Asked again of a new one, and ended with the old one.
    wait("another", lambda: cwl.worker() not in (None, worker) and cwl.copies())
    wait("its end", lambda: has_ended(copy))
    request.sock.close()
    request.close()
    wait("the end of all", lambda: not cwl.copies())
    assert cwl.validate(f"{cwl.folder}/workflow.cwl")["verdict"] == "valid"


def test_killed_copy(cwl):
    request = cwl.begin("validate", {"path": put(cwl, "endless.cwl", ENDLESS)})
    (copy,) = wait("the copy", cwl.copies)
    os.kill(copy, signal.SIGKILL)
    assert request.getresponse().status == 413
    assert cwl.validate(put(cwl, "workflow.cwl", WORKFLOW))["verdict"] == "valid"


def test_a_document_of_ten_megabytes_takes_no_more_than_its_time(start):
    cwl = Cwl(start("--CwlTools.deadline=4"))
    steps = "".join(f"  s{number}:\n    run: echo.cwl\n    in: {{word: word}}\n    out: [said]\n" for number in range(160_000))
    text = WORKFLOW + steps
    assert len(text) > 10_000_000
    cwl.ask("POST", "prepare", {})
    status, problem = cwl.ask("POST", "validate", {"path": cwl.write("long.cwl", text)})
    assert (status, problem["code"]) in ((504, "timeout"), (413, "too-large"))
    assert cwl.copies() == []
    cwl.write("long.cwl", text + "#" * (8 << 20))
    assert cwl.ask("POST", "validate", {"path": "long.cwl"})[1]["code"] == "too-large"


@pytest.mark.parametrize(
    "body",
    [[], {}, {"path": 1}, {"path": "a\0b"}, {"path": "../x.cwl"}, {"path": ""}, {"path": "x.cwl", "more": 1}],
)
def test_bad_requests(cwl, body):
    status, problem = cwl.ask("POST", "validate", body)
    assert (status, problem["code"]) == (400, "bad-request")


def test_who_may_ask(cwl):
    assert cwl.ask("POST", "validate", {"path": "x.cwl"}, token="wrong")[0] == 403
    assert cwl.ask("POST", "validate", {"path": f"{cwl.folder}/nowhere.cwl"})[1]["code"] == "not-found"
    assert cwl.ask("POST", "validate", raw=b"{")[1]["code"] == "bad-request"
    status, problem = cwl.ask("POST", "validate", raw=b'{"path":' * 100_000)
    assert (status, problem["code"]) == (400, "bad-request")


@pytest.mark.parametrize("version", ["draft-3", "v1.0", "v1.1"])
def test_upgrade(cwl, version):
    if version == "draft-3":
        text = "#!/usr/bin/env cwl-runner\n# Says it.\ncwlVersion: draft-3\nclass: CommandLineTool\nbaseCommand: echo\n"
        text += "description: Says a word.\ninputs:\n  # What is said.\n  - {id: word, type: string, inputBinding: {position: 1}}\noutputs: []\n"
    else:
        text = ECHO.replace("v1.2", version)
    path = put(cwl, "old.cwl", text)
    status, said = cwl.ask("POST", "upgrade", {"path": path})
    assert (status, said["from"]) == (200, version), said
    assert (cwl.root / path).read_text() == text
    assert all(comment["comment"] not in said["text"] for comment in said["lost"])
    if version == "draft-3":
        assert {"line": 8, "comment": "# What is said."} in said["lost"]
        assert said["text"].startswith("#!")
    assert "cwlVersion: v1.2" in said["text"]
    assert cwl.validate(path, text=said["text"])["verdict"] == "valid"


def test_upgrade_of_an_old_workflow(cwl):
    text = "cwlVersion: cwl:draft-3\nclass: Workflow\ninputs:\n  - {id: word, type: string}\noutputs:\n"
    text += "  - {id: said, type: File, source: '#say/said'}\nsteps:\n  - id: say\n    run: echo.cwl\n"
    text += "    inputs: [{id: word, source: '#word'}]\n    outputs: [{id: said}]\n"
    status, said = cwl.ask("POST", "upgrade", {"path": f"{cwl.folder}/old.cwl", "text": text})
    assert status == 200, said
    assert cwl.validate(f"{cwl.folder}/old.cwl", text=said["text"])["verdict"] == "valid"


SCATTER = """\
cwlVersion: cwl:draft-3
class: Workflow
inputs:
  - {id: inp1, type: {type: array, items: string}}
  - {id: inp2, type: {type: array, items: string}}
outputs: []
requirements:
  - class: ScatterFeatureRequirement
steps:
  - id: "#step1"
    inputs:
      - {id: "#step1/echo_in1", source: "#inp1"}
      - {id: "#step1/echo_in2", source: "#inp2"}
    outputs: []
    scatter: ["#step1/echo_in1", "#step1/echo_in2"]
    scatterMethod: nested_crossproduct
    run:
      class: CommandLineTool
      inputs:
        - {id: echo_in1, type: string, inputBinding: {}}
        - {id: echo_in2, type: string, inputBinding: {}}
      outputs: []
      baseCommand: echo
"""


@pytest.mark.parametrize("of_step", ["#step1/", "", "#step1."])
@pytest.mark.parametrize("scatter", [["echo_in1", "echo_in2"], ["echo_in2"], "echo_in1"])
def test_upgrade_of_what_scatters(cwl, of_step, scatter):
    # Steps of draft-3 name their inputs with and without themselves, whatever the scatter does.
    text = SCATTER.replace("#step1/", of_step) if of_step else SCATTER.replace('"#step1', '"step1').replace('id: "step1/', 'id: "')
    lists = [f"#step1/{each}" for each in scatter] if isinstance(scatter, list) else f"#step1/{scatter}"
    kept = [line if "scatter:" not in line else f"    scatter: {json.dumps(lists)}" for line in text.splitlines()]
    if scatter != ["echo_in1", "echo_in2"]:
        kept = [line.replace("type: {type: array, items: string}", "type: string") if f"inp{1 if scatter == ['echo_in2'] else 2}," in line else line for line in kept]
        kept = [line for line in kept if "scatterMethod" not in line]
    status, said = cwl.ask("POST", "upgrade", {"path": f"{cwl.folder}/old.cwl", "text": "\n".join(kept) + "\n"})
    assert status == 200, said["detail"]
    step = yaml.safe_load(said["text"])["steps"]["step1"]
    assert step["scatter"] == (scatter[0] if scatter == ["echo_in2"] else scatter), said["text"]
    assert list(step["in"]) == ["echo_in1", "echo_in2"]
    assert cwl.validate(f"{cwl.folder}/old.cwl", text=said["text"])["verdict"] == "valid"


def test_upgrade_leaves_other_documents_alone(cwl):
    old = ECHO.replace("v1.2", "v1.0")
    put(cwl, "echo.cwl", old)
    before = sorted(os.listdir(cwl.root / cwl.folder))
    status, said = cwl.ask("POST", "upgrade", {"path": f"{cwl.folder}/w.cwl", "text": WORKFLOW.replace("v1.2", "v1.0")})
    assert status == 200
    assert said["targets"] == ["echo.cwl"]
    assert (cwl.root / cwl.folder / "echo.cwl").read_text() == old
    assert sorted(os.listdir(cwl.root / cwl.folder)) == before


@pytest.mark.parametrize("text", ["", "- 1\n", "class: Workflow\n", "cwlVersion: v9\n", "cwlVersion: draft-3\nclass: Workflow\n", "\t"])
def test_upgrade_of_what_is_none(cwl, text):
    status, problem = cwl.ask("POST", "upgrade", {"path": "x.cwl", "text": text})
    assert (status, problem["code"]) == (422, "unreadable-file")


def test_server_does_not_import_cwltool():
    code = "import sys, jupyter_datalabs.cwl.handlers; print(sorted(n for n in sys.modules if n.split('.')[0] in ('cwltool', 'schema_salad')))"
    said = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(PACKAGE)}, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
