from jupyter_datalabs.output.merge import is_beginning
from jupyter_datalabs.output.record import Outputs


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def test_a_flood_keeps_its_beginning_and_its_end():
    outputs = Outputs(limit=20_000)
    for n in range(100_000):
        outputs.add(stream(f"{n}\n"))
    start, note, end = outputs.render()
    assert start["text"].startswith("0\n1\n2\n") and end["text"].endswith("99998\n99999\n")
    assert "characters left out" in note["text"] and note["name"] == "stderr"
    assert len(start["text"]) + len(end["text"]) <= 20_000


def test_one_piece_larger_than_the_limit():
    outputs = Outputs(limit=1000)
    outputs.add(stream("x" * 5000 + "end"))
    outputs.add({"output_type": "display_data", "data": {"image/png": "x" * 5000}, "metadata": {}})
    text = "".join(output["text"] for output in outputs.render())
    assert "end" in text and "5000 characters of output left out" in text


def test_progress_bars_are_one_line():
    outputs = Outputs()
    for part in ("10 %", "\r20 %", "\r100 %\n", "abc\bd\r\n"):
        outputs.add(stream(part))
    assert outputs.render() == [stream("100 %\nabd\n")]


def test_clear_waits_for_the_next_output():
    outputs = Outputs()
    outputs.add(stream("old"))
    outputs.clear(wait=True)
    assert outputs.render() == [stream("old")]
    outputs.add(stream("new"))
    assert outputs.render() == [stream("new")]


def test_beginnings():
    whole = [stream("a\nb\n"), stream("e", "stderr")]
    assert is_beginning([], whole) and is_beginning([stream("a\n")], whole) and is_beginning(whole, whole)
    assert not is_beginning([stream("b\n")], whole) and not is_beginning([*whole, stream("more")], whole)
