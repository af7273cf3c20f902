"""The worker that validates and upgrades: it keeps cwltool and its schemas in memory, and gives each request a copy of itself."""

import contextlib
import gc
import hashlib
import sys
import threading
import warnings
from collections import OrderedDict

from ..volumes.failure import Failure
from ..volumes.worker import serve
from . import forked

#: Verdicts that are kept.
KEPT = 64


class Checking:
    """Methods of the worker; paths are absolute, and each request has so many seconds."""

    def __init__(self, root, seconds):
        self._root, self._seconds = root.rstrip("/"), seconds
        self._verdicts = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, params, task):
        """Nothing: that it answers says that it is ready."""
        return {}

    def validate(self, params, task):
        from .fetching import state
        from .validate import verdict

        path, given = params["path"], params.get("text")
        text = _read(path) if given is None else given
        key = (path, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
        with self._lock:
            kept = self._verdicts.get(key)
        if kept and all(state(file, bool(known)) == known for file, known in kept["sources"].items()):
            return self._answer(key, kept, True)
        said = forked.call(lambda: verdict(path, text, self._root, self._name), task, self._seconds)
        with self._lock:
            self._verdicts[key] = said
            self._verdicts.move_to_end(key)
            while len(self._verdicts) > KEPT:
                self._verdicts.popitem(last=False)
        return self._answer(key, said, False)

    def _answer(self, key, said, cached):
        files = sorted(self._name(file) for file in said["sources"])
        return {name: value for name, value in said.items() if name != "sources"} | {"files": files, "sha256": key[1], "cached": cached}

    def upgrade(self, params, task):
        from .upgrade import upgrade

        text = _read(params["path"]) if params.get("text") is None else params["text"]
        return forked.call(lambda: upgrade(params["path"], text, self._name), task, self._seconds)

    def _name(self, path):
        """A file as the contents API calls it, or by its absolute path if it lies elsewhere."""
        return path[len(self._root) + 1 :] if path.startswith(self._root + "/") else path


def _read(path):
    from .fetching import read

    data = read(path)
    try:
        return data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeDecodeError as error:
        raise Failure("unreadable-file", f"This is not UTF-8 text: {error.reason} at byte {error.start}.", "Save it as UTF-8.") from None


if __name__ == "__main__":
    # When a session has no memory left, this goes rather than somebody's kernel.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")
    # Of copies of a process with threads: these touch nothing that another thread may hold.
    warnings.simplefilter("ignore", DeprecationWarning)
    from . import upgrade, validate  # noqa: F401

    validate.warm()
    # Copies share what is never looked at again.
    gc.collect()
    gc.freeze()
    checking = Checking(sys.argv[1], float(sys.argv[2]))
    serve({name: getattr(checking, name) for name in ("prepare", "validate", "upgrade")})
