"""Waiting ready: a program that has imported everything and learns only then whose session it is.

The hub names a socket in ``DATALABS_WARM``. Once somebody listens there the program counts as warm; whoever connects says
``{"environment": {...}, "argv": [...]}`` and ends. Secrets come this way only: never as arguments, never in the
environment that the system shows of a process.
"""

import gc
import importlib
import json
import os
import socket
import sys
from pathlib import Path

VARIABLE = "DATALABS_WARM"

#: Imported by a server only as it starts, beyond its extensions.
MODULES = [
    "jinja2.ext",
    "jupyter_core.migrate",
    "jupyter_server.kernelspecs.handlers",
    "jupyter_server.nbconvert.handlers",
    "jupyter_server.services.api.handlers",
    "jupyter_server.services.config.handlers",
    "jupyter_server.services.contents.handlers",
    "jupyter_server.services.events.handlers",
    "jupyter_server.services.kernels.handlers",
    "jupyter_server.services.kernelspecs.handlers",
    "jupyter_server.services.nbconvert.handlers",
    "jupyter_server.services.security.handlers",
    "jupyter_server.services.sessions.handlers",
    "jupyter_server.services.shutdown",
    "jupyter_server.view.handlers",
    "tornado.platform.asyncio",
]


def wait_if_asked():
    """Wait for a session's environment and arguments, if the hub asks for it; they become this process's own."""
    path = os.environ.pop(VARIABLE, None)
    if path is None:
        return
    import_all([*MODULES, *extensions(sys.argv)])
    # There is time for it now, and not later.
    gc.collect()
    gc.freeze()
    message = receive(path)
    arguments = own_arguments(message["argv"])
    os.environ.update(message["environment"])
    sys.argv[1:] = arguments


def extensions(argv):
    """Modules of the server extensions that this installation enables and these arguments leave on."""
    enabled = {}
    for file in sorted(Path(sys.prefix, "etc", "jupyter", "jupyter_server_config.d").glob("*.json")):
        try:
            enabled.update(json.loads(file.read_text())["ServerApp"]["jpserver_extensions"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # The server itself says what is wrong with it.
    option = "--ServerApp.jpserver_extensions="
    off = {part[len(option) :].removesuffix("=False") for part in argv if part.startswith(option) and part.endswith("=False")}
    names = [name for name, on in enabled.items() if on and name not in off]
    return [*names, *(f"{name}.app" for name in names)]


def import_all(names):
    """What cannot be imported is left to the server, which knows whether it matters."""
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001, S112
            continue


def receive(path):
    """Listen on the socket for one message, and take the socket away."""
    with socket.socket(socket.AF_UNIX) as listener:
        # It gets its name once it is listened to: the hub connects as soon as it sees it.
        listener.bind(f"{path}.new")
        listener.listen(1)
        os.rename(f"{path}.new", path)
        connection, _ = listener.accept()
    os.unlink(path)
    with connection, connection.makefile("rb") as stream:
        return json.loads(stream.read())


def own_arguments(argv):
    """Arguments for this program out of a whole command line, which begins as the one of this process does."""
    start = len(sys.orig_argv) - len(sys.argv) + 1
    if argv[:start] != sys.orig_argv[:start]:
        sys.exit("datalabs: this process was started for another program")
    return argv[start:]
