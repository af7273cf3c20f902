"""What cwltool words as text in columns, as messages with places."""

import pytest

from jupyter_datalabs.cwl.fetching import size
from jupyter_datalabs.cwl.messages import flatten, naming, of_text, repeated_ids


def said(text):
    return [(message["message"], message["place"], message["detail"]) for message in flatten(of_text(text), "error")]


def test_links_are_one_message_at_the_end_that_takes():
    text = """
w.cwl:17:11: Source 'a' of type "int" is incompatible
w.cwl:21:5:    with sink 'b' of type "string"
                 pickValue is: all_non_null
                 source has linkMerge method merge_nested
w.cwl:9:1:   Required parameter 'c' does not have source, default, or valueFrom expression"""
    assert said(text) == [
        (
            "Source 'a' of type \"int\" is incompatible with sink 'b' of type \"string\" pickValue is: all_non_null "
            "source has linkMerge method merge_nested", ("w.cwl", 21, 5), [],
        ),
        ("Required parameter 'c' does not have source, default, or valueFrom expression", ("w.cwl", 9, 1), []),
    ]


def test_columns_out_of_line():
    text = "w.cwl:36:5: Step is missing required parameter 'a'\nw.cwl:42:16: Workflow step output 'b' does not correspond to\n"
    text += "t.cwl:12:1:          tool output (expected 'c')"
    assert said(text) == [
        ("Step is missing required parameter 'a'", ("w.cwl", 36, 5), []),
        ("Workflow step output 'b' does not correspond to tool output (expected 'c')", ("w.cwl", 42, 16), []),
    ]


def test_the_deepest_is_the_message_and_the_rest_its_detail():
    text = """Tool definition file:///t.cwl failed validation:
t.cwl:4:1:   checking field 'inputs'
t.cwl:5:3:     checking object 't.cwl#a'
                 Field 'type' references unknown identifier 'x'
t.cwl:7:3:     checking object 't.cwl#b'
t.cwl:8:3:       Field 'type' references unknown identifier 'y'"""
    chain = ["Tool definition file:///t.cwl failed validation:", "checking field 'inputs'"]
    assert said(text) == [
        ("Field 'type' references unknown identifier 'x'", ("t.cwl", 5, 3), [*chain, "checking object 't.cwl#a'"]),
        ("Field 'type' references unknown identifier 'y'", ("t.cwl", 8, 3), [*chain, "checking object 't.cwl#b'"]),
    ]


def test_what_is_none_of_several_kinds_is_wrong_once():
    text = """t.cwl:10:3: item is invalid because
t.cwl:11:5:   the 'coresMin' field is not valid because
                - tried long but
                    the value '0.5' is not long
                - tried string but
                    the value is not string"""
    assert said(text) == [
        (
            "the 'coresMin' field is not valid: the value '0.5' is not long; the value is not string",
            ("t.cwl", 11, 5), ["item is invalid because", "the 'coresMin' field is not valid because"],
        )
    ]


def test_sentences_over_several_lines_are_one_message():
    assert said("No cwlVersion found.\nWrite one.") == [("No cwlVersion found. Write one.", None, [])]


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("a: 1\nb: [*x]", 0),
        ("a: &a [1, 2]\nb: [*a, *a]\n", 13),
        ("a: &a 1\nb: *a\n", 5),
        ("script: 'a && b; ls *x'\n", 3),
        ("a: &a [*a]\n", 4),
    ],
)
def test_size_of_what_aliases_stand_for(text, nodes):
    assert size(text) == nodes


def test_size_ends_where_it_is_too_much():
    text = "x0: &x0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 2000))
    assert size(text) > 1_000_000


def test_files_are_named_as_they_are_called():
    def name(path):
        return path.removeprefix("/srv/home/")

    named = naming("/srv/home/a/w.cwl", name)
    assert named("object id 'srv/home/a/w.cwl#x' previously defined") == "object id 'a/w.cwl#x' previously defined"
    assert named("in file:///srv/home/a/B%C3%A4r%20x.cwl#y and /srv/home/b.cwl") == "in a/Bär x.cwl#y and b.cwl"
    assert named("/other/srv/home/x, /srv/homes/y and https://x.org/srv/home/z") == "/other/srv/home/x, /srv/homes/y and https://x.org/srv/home/z"
    assert naming("/w.cwl", lambda path: path[1:])("a/b file:///c.cwl /d") == "a/b c.cwl /d"
    assert naming("/elsewhere/w.cwl", name)("/elsewhere/w.cwl") == "/elsewhere/w.cwl"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("inputs: {a: x}\noutputs: {a: y}\nsteps: [{id: a, in: [{id: b}], out: [b]}]", set()),
        ("steps: [{id: '#main/a'}, {id: '#main/a'}, {id: b}]", {"a"}),
        ("a: {out: [x, {id: x}]}", {"x"}),
        ("a: &a [1, {id: 2}, {id: 2}, null]\nb: *a", set()),
        ("a: [", set()),
        ("", set()),
    ],
)
def test_repeated_ids(text, ids):
    assert repeated_ids(text) == ids
