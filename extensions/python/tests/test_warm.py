"""A program that waits hears whose session it is, and shows it to nobody else."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_datalabs import warm

PROGRAM = """
import os, sys
from jupyter_datalabs import warm
warm.MODULES, warm.extensions = ["json", "no.such.module"], lambda argv: []
warm.wait_if_asked()
print(sys.argv[1:], os.environ.get("JUPYTERHUB_API_TOKEN"), warm.VARIABLE in os.environ)
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Starts it and waits until it listens."""
    # By a short name: a socket's path may have 107 bytes only.
    monkeypatch.chdir(tmp_path)
    started = []

    def start(*arguments):
        path = Path("warm.sock")
        environment = {**os.environ, warm.VARIABLE: str(path)}
        command = [sys.executable, "-c", PROGRAM, *arguments]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        while not path.exists():
            assert process.poll() is None, process.stderr.read()
        return process, path, command

    yield start
    for process in started:
        process.kill()
        process.communicate()


def say(path, message):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(message)


def test_takes_over_environment_and_arguments(program):
    process, path, command = program("--old")
    message = {"environment": {"JUPYTERHUB_API_TOKEN": "secret"}, "argv": [*command[:3], "--new"]}
    say(path, json.dumps(message).encode())
    output, errors = process.communicate(timeout=10)
    assert output == "['--new'] secret False\n", errors
    assert not list(path.parent.iterdir())


@pytest.mark.parametrize("message", [b"", b"{", b"[]", b'{"environment": {}}', b'{"environment": {}, "argv": ["other"]}'])
def test_ends_for_what_it_cannot_be(program, message):
    process, path, _ = program()
    say(path, message)
    process.communicate(timeout=10)
    assert process.returncode != 0


def test_without_the_hub_asking_nothing_happens(monkeypatch):
    monkeypatch.delenv(warm.VARIABLE, raising=False)
    warm.wait_if_asked()


def test_extensions_are_those_left_on(tmp_path, monkeypatch):
    folder = tmp_path / "etc" / "jupyter" / "jupyter_server_config.d"
    folder.mkdir(parents=True)
    for name, on in {"one": True, "two": False, "three": True}.items():
        (folder / f"{name}.json").write_text(json.dumps({"ServerApp": {"jpserver_extensions": {name: on}}}))
    (folder / "odd.json").write_text("[")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert warm.extensions(["--ServerApp.jpserver_extensions=three=False"]) == ["one", "one.app"]
