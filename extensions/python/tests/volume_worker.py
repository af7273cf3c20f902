"""A worker that does what one can do wrong."""

import os
import sys
import threading

from jupyter_datalabs.volumes.worker import serve


def echo(params, task):
    print("This must not get between the answers.")
    task.progress({"half": True})
    return {"pid": os.getpid(), "cwd": os.getcwd(), **params}


def wait(params, task):
    task.progress({"waits": os.getpid()})
    task.cancelled.wait()
    task.check()


def hang(params, task):
    task.progress({"hangs": os.getpid()})
    threading.Event().wait()


def die(params, task):
    if not os.path.exists(params["file"]):
        open(params["file"], "w").close()
        os._exit(1)
    return {"pid": os.getpid()}


def first_waits(params, task):
    if not os.path.exists(params["file"]):
        open(params["file"], "w").close()
        wait(params, task)
    return {"pid": os.getpid()}


def say(params, task):
    task.progress("x" * params["size"])
    wait(params, task) if params.get("stay") else None


def hog(params, task):
    return len(bytearray(1 << 40))


def fail(params, task):
    raise KeyError("a defect")


def raw(params, task):
    return b"\x89PNG\n\n", {"Content-Type": "image/png", "X-Datalabs-Image": "{}"}


if __name__ == "__main__":
    serve({name: globals()[name] for name in ("echo", "wait", "hang", "die", "first_waits", "say", "hog", "fail", "raw")}, memory=int(sys.argv[1]))
