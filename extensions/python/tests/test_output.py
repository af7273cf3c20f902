import os
import signal

import pytest

from server import wait

LINES = "".join(f"line {n}\n" for n in range(12))
COUNT = "import time\nfor n in range(12):\n    print('line', n, flush=True)\n    time.sleep(0.1)"


def begin(server, code=COUNT, until="line 2"):
    """A notebook with one cell that runs, seen up to a line."""
    server.notebook(code)
    session = server.session()
    tab = server.browser(session)
    request = tab.run(code)
    tab.until_text(until, request)
    return session, tab, request


def on_disk(server, text=LINES, index=0, path="note.ipynb", whole=True):
    """Wait for output in the file, which is whole at any time unless somebody else writes it too."""
    def look():
        if not whole and not (server.root / path).read_text().endswith("}\n"):
            return None
        cell = server.on_disk(path)["cells"][index]
        return cell["execution_count"] and "".join("".join(o.get("text", "")) for o in cell["outputs"]) == text
    wait("output on disk", look)


def test_without_the_extension_output_is_lost(start):
    server = start(extension=False)
    _, tab, _ = begin(server)
    tab.close()
    wait("the end", lambda: server.api("GET", "kernels?no_track_activity=1")[0]["execution_state"] == "idle")
    assert server.text() == ""


@pytest.mark.parametrize("how", ["close", "cut"])
def test_a_tab_goes_away_and_everything_is_in_the_notebook_once(server, how):
    _, tab, _ = begin(server)
    getattr(tab, how)()
    on_disk(server)
    cell = server.on_disk()["cells"][0]
    assert cell["execution_count"] == 1
    assert {"iopub.status.busy", "iopub.execute_input", "iopub.status.idle"} <= set(cell["metadata"]["execution"])
    assert "trusted" not in cell["metadata"]
    assert server.read()["content"]["cells"][0]["metadata"]["trusted"] is True


def test_reading_while_the_cell_runs_gives_all_there_is(start):
    # Nothing is written by itself in this test.
    server = start(grace=600, period=600)
    code = "print('first', flush=True)\ninput()\nprint('last')"
    _, tab, request = begin(server, code, until="first")
    tab.until(lambda m: m["msg_type"] == "input_request")
    tab.close()
    wait("socket closed", lambda: server.api("GET", "kernels?no_track_activity=1")[0]["connections"] == 0)
    assert server.text() == "first\n"
    assert server.on_disk()["cells"][0]["execution_count"] is None


def test_queued_cells(server):
    codes = [f"import time; time.sleep(0.2); print('cell {n}')" for n in range(4)]
    server.notebook(*codes)
    tab = server.browser(server.session())
    for n, code in enumerate(codes):
        request = tab.run(code, f"cell{n}")
    tab.close()
    on_disk(server, "cell 3\n", 3)
    assert [server.text(n) for n in range(4)] == [f"cell {n}\n" for n in range(4)]
    assert [cell["execution_count"] for cell in server.on_disk()["cells"]] == [1, 2, 3, 4]


def test_rich_output_errors_and_displays_in_place(server):
    code = """
from IPython.display import display, HTML, clear_output, update_display
import sys, time
print('gone', flush=True)
sys.stdout.flush()
time.sleep(0.4)
clear_output(wait=True)
print('out', end='')
print(' and out', flush=True)
print('err', file=sys.stderr, flush=True)
display(HTML('<b>before</b>'), display_id='here')
update_display(HTML('<b>after</b>'), display_id='here')
for part in range(101):
    print(f'\\r{part} %', end='', flush=True)
raise ValueError('no')
""".strip()
    _, tab, _ = begin(server, code, until="gone")
    tab.close()
    wait("the error", lambda: any(o["output_type"] == "error" for o in server.on_disk()["cells"][0]["outputs"]))
    out, err, html, progress, error = server.outputs()
    assert (out["name"], out["text"]) == ("stdout", "out and out\n")
    assert (err["name"], err["text"]) == ("stderr", "err\n")
    assert html["data"]["text/html"] == "<b>after</b>" and "transient" not in html
    assert progress["text"].strip() == "100 %"
    assert error["ename"] == "ValueError" and error["traceback"]


def test_display_of_an_earlier_cell_is_updated(server):
    server.notebook("a", "b")
    tab = server.browser(server.session())
    tab.until_done(tab.run("handle = display('old', display_id=True)", "cell0"))
    tab.run("import time; time.sleep(.3); handle.update('new'); 7", "cell1")
    tab.close()
    wait("the result", lambda: server.on_disk()["cells"][1]["outputs"])
    assert server.outputs(0)[0]["data"]["text/plain"] == "'new'"
    assert server.outputs(1)[0]["output_type"] == "execute_result"
    assert server.outputs(1)[0]["execution_count"] == 2


# Conflicts

def test_the_tab_that_comes_back_may_save_without_a_question(server):
    server.notebook(COUNT)
    known = server.read()
    tab = server.browser(server.session())
    request = tab.run(COUNT)
    tab.until_text("line 1", request)
    tab.cut()
    on_disk(server)
    now = server.read(content=0)
    assert (now["hash"], now["last_modified"]) == (known["hash"], known["last_modified"])
    # It saves what it has, less than what is kept: nothing is lost by that.
    known["content"]["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "line 0\nline 1\n"}]
    known["content"]["cells"].append({**known["content"]["cells"][0], "id": "mine", "source": "# mine", "outputs": []})
    server.save(known["content"])
    assert server.text() == LINES
    assert server.read()["content"]["cells"][1]["source"] == "# mine"
    assert server.read()["hash"] != known["hash"]


def test_a_file_changed_by_somebody_else_still_is_a_conflict(server):
    _, tab, _ = begin(server)
    known = server.read()
    tab.close()
    on_disk(server)
    server.notebook(COUNT + "\n# edited elsewhere")
    assert server.read(content=0)["hash"] != known["hash"]


def test_output_cleared_and_saved_by_its_owner_stays_cleared(start):
    server = start("--OutputKeeper.travel=0")
    _, tab, request = begin(server)
    tab.until_done(request)
    tab.until_idle()
    # It has cleared the output, and has not been away.
    server.save(server.on_disk())
    tab.close()
    other = server.browser(server.session())
    other.until_done(other.run("1", "none"))
    assert server.outputs() == []


def test_an_unsaved_cell_is_kept_with_its_code_and_a_deleted_one_is_not(server):
    server.notebook("first = 1", "# saved before")
    tab = server.browser(server.session())
    tab.run("first = 1", "cell0")
    tab.run("print('edited')", "cell1")
    request = tab.run("print('new')", "unsaved")
    tab.until_done(request)
    tab.close()
    wait("three cells", lambda: len(server.on_disk()["cells"]) == 3)
    assert [cell["source"] for cell in server.read()["content"]["cells"]] == ["first = 1", "print('edited')", "print('new')"]
    assert server.text(2) == "new\n"

    back = server.browser(server.session())
    request = back.run("import time; time.sleep(.5); print('late')", "unsaved")
    notebook = server.read()["content"]
    notebook["cells"] = notebook["cells"][:2]
    server.save(notebook)
    back.close()
    wait("the end", lambda: server.api("GET", "kernels?no_track_activity=1")[0]["execution_state"] == "idle")
    # By the time the output of a later cell is kept, that of the deleted one would be.
    server.notebook("print('later')", path="later.ipynb")
    later = server.browser(server.session("later.ipynb"))
    later.run("print('later')")
    later.close()
    on_disk(server, "later\n", path="later.ipynb")
    assert len(server.read()["content"]["cells"]) == 2


def test_a_cell_edited_and_saved_after_it_was_started_keeps_the_edit(server):
    _, tab, _ = begin(server)
    notebook = server.read()["content"]
    notebook["cells"][0]["source"] = "# edited"
    server.save(notebook)
    tab.close()
    on_disk(server)
    assert server.on_disk()["cells"][0]["source"] in ("# edited", ["# edited"])


def test_renamed_through_the_server_and_two_notebooks_on_one_kernel(server):
    server.notebook("pass", path="other.ipynb")
    session, tab, _ = begin(server)
    notebook = server.on_disk("other.ipynb")
    notebook["cells"][0]["id"] = "theirs"
    server.save(notebook, "other.ipynb")
    second = server.session("other.ipynb", session["kernel"]["id"])
    other = server.browser(second)
    other.run("print('theirs')", "theirs")
    tab.close()
    other.close()
    server.api("PATCH", "contents/note.ipynb", {"path": "renamed.ipynb"})
    server.api("PATCH", f"sessions/{session['id']}", {"path": "renamed.ipynb"})
    on_disk(server, "theirs\n", path="other.ipynb")
    on_disk(server, path="renamed.ipynb")
    assert not (server.root / "note.ipynb").exists()


def test_old_format_without_cell_ids(server):
    server.notebook(COUNT, "2", minor=4)
    tab = server.browser(server.session())
    tab.run(COUNT, "made up by the browser")
    tab.close()
    on_disk(server)
    assert server.on_disk()["nbformat_minor"] == 4


def test_a_read_only_notebook_is_left_alone(server):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    server.notebook(COUNT, mode=0o444)
    tab = server.browser(server.session())
    tab.run(COUNT)
    tab.close()
    wait("the end", lambda: server.api("GET", "kernels?no_track_activity=1")[0]["execution_state"] == "idle")
    assert server.text() == ""


# The same tab comes back

def test_a_tab_whose_network_was_cut_shows_everything_once(server):
    session, tab, request = begin(server)
    tab.cut()
    on_disk(server)
    back = server.browser(session, tab.client)
    back.seen[:0] = tab.seen
    back.until_done(request)
    assert back.shows(request) == LINES
    assert any(m["msg_type"] == "execute_reply" and m["parent_header"]["msg_id"] == request for m in back.seen)


def test_a_tab_replaced_before_the_server_has_noticed(server):
    session, tab, request = begin(server)
    # Still open for the server, but nobody reads: as after a sleep.
    back = server.browser(session, tab.client)
    back.seen[:0] = tab.seen
    back.until_done(request)
    assert back.shows(request) == LINES
    on_time = [m for m in back.seen if m["msg_type"] == "execute_reply"]
    assert on_time


def test_a_flood_while_away_comes_whole(server):
    code = "print('go', flush=True)\nimport sys, time\ntime.sleep(.3)\nfor n in range(8000):\n    sys.stdout.write(f'{n}\\n'); sys.stdout.flush()"
    session, tab, request = begin(server, code, until="go")
    tab.cut()
    wait("the end", lambda: server.api("GET", "kernels?no_track_activity=1")[0]["execution_state"] == "idle")
    back = server.browser(session, tab.client)
    back.seen[:0] = tab.seen
    back.until_done(request)
    assert back.shows(request) == "go\n" + "".join(f"{n}\n" for n in range(8000))


def test_input_is_answered_by_the_tab_that_comes_back(server):
    code = (
        "session = get_ipython().kernel.session\nsend = session.send\ndef noted(stream, message, *rest, **options):\n"
        "    sent = send(stream, message, *rest, **options)\n    if message == 'input_request': open('asked', 'w').close()\n    return sent\n"
        "session.send = noted\nprint('ask', flush=True)\nopen('told')\nprint('got', input('name? '))"
    )
    # A reader waits for whoever writes: the question comes once nobody is there.
    os.mkfifo(server.root / "told")
    session, tab, request = begin(server, code, until="ask")
    tab.cut()
    wait("socket closed", lambda: server.api("GET", "kernels?no_track_activity=1")[0]["connections"] == 0)
    with (server.root / "told").open("w"):
        wait("the question", (server.root / "asked").exists)
    back = server.browser(session, tab.client)
    back.until(lambda m: m["msg_type"] == "input_request")
    back.answer("me")
    back.until_text("got me", request)
    back.close()
    on_disk(server, "ask\ngot me\n")


def test_another_tab_is_told_which_cell_runs(server):
    session, tab, request = begin(server)
    tab.close()
    other = server.browser(session)
    other.until_done(request)
    assert other.shows(request) == LINES
    assert {m["metadata"].get("datalabs_cell") for m in other.seen if m["parent_header"].get("msg_id") == request} >= {"cell0"}


# Ends

def test_what_is_not_saved_is_written_when_the_server_ends(start):
    server = start(grace=600, period=600)
    begin(server)
    server.stop()
    text = "".join("".join(o["text"]) for o in server.on_disk()["cells"][0]["outputs"])
    assert text.startswith("line 0\nline 1\nline 2\n")


def test_a_kernel_killed_in_between_leaves_what_there_was(server):
    code = "print('before', flush=True)\nimport os, time\ntime.sleep(.5)\nos.kill(os.getpid(), 9)"
    _, tab, _ = begin(server, code, until="before")
    tab.close()
    wait("output on disk", lambda: server.on_disk()["cells"][0]["outputs"])
    assert server.text() == "before\n"
    assert server.on_disk()["cells"][0]["execution_count"] is None


def test_interrupted_after_the_tab_has_gone(server):
    session, tab, _ = begin(server, "print('on', flush=True)\nimport time\ntime.sleep(600)", until="on")
    tab.close()
    server.api("POST", f"kernels/{session['kernel']['id']}/interrupt")
    wait("the interrupt", lambda: len(server.on_disk()["cells"][0]["outputs"]) == 2)
    assert server.outputs()[1]["ename"] == "KeyboardInterrupt"


def test_what_an_output_widget_takes_is_not_in_the_cell(server):
    code = """
from comm import create_comm
import time
print('cell', flush=True)
widget = create_comm(target_name='jupyter.widget', data={'state': {'_model_name': 'OutputModel', 'msg_id': ''}})
parent = get_ipython().kernel.get_parent()['header']['msg_id']
time.sleep(.3)
widget.send({'method': 'update', 'state': {'msg_id': parent}})
print('widget', flush=True)
widget.send({'method': 'update', 'state': {'msg_id': ''}})
print('cell again', flush=True)
""".strip()
    _, tab, _ = begin(server, code, until="cell")
    tab.close()
    on_disk(server, "cell\ncell again\n")


# Together

@pytest.mark.parametrize("alone", [True, False])
def test_a_notebook_edited_together_gets_it_too(start, alone):
    from together import Room

    server = start(together=True)
    server.notebook(COUNT)
    session = server.session()
    with Room(server, "note.ipynb") as room:
        tab = server.browser(session)
        request = tab.run(COUNT)
        tab.until_text("line 2", request)
        tab.close()
        if not alone:
            # Somebody else looks at it meanwhile, and sees it come.
            wait("output in the shared notebook", lambda: room.text() == LINES)
            assert len(room.outputs()) == 1
    on_disk(server, whole=False)
