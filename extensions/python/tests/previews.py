"""A volume with files, and the reader of previews on it, for tests."""

import json
import os

from jupyter_datalabs.volumes.failure import Failure, failure_of
from jupyter_datalabs.volumes.preview.dispatch import Previews


class Task:
    """A request that nobody gives up; ``left`` is how often it may be asked about that."""

    def __init__(self, left=None):
        self.left = left

    def check(self):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Failure("cancelled", "This was cancelled.")


class Volume:
    def __init__(self, folder):
        self.path = folder / "data" / "v"
        self.path.mkdir(parents=True)
        self.previews = Previews(str(folder / "data"))

    def write(self, name, data):
        with open(os.path.join(os.fsencode(self.path), os.fsencode(name)), "wb") as file:
            file.write(data)
        return name

    def ask(self, method, path, task=None, **fields):
        """What a method answers, as JSON carries it."""
        said = getattr(self.previews, method)({"volume": "v", "path": path, **fields}, task or Task())
        return said if isinstance(said, tuple) else json.loads(json.dumps(said, allow_nan=False))

    def either(self, method, path, **fields):
        """What a user is shown: an answer or a problem, but never a defect."""
        try:
            return self.ask(method, path, **fields)
        except Exception as error:  # noqa: BLE001
            failure = failure_of(error)
            if failure is None:
                raise
            problem = failure.problem()
            assert problem["detail"].endswith(".") and problem["action"]
            return problem

    def problem(self, method, path, **fields):
        """Of a request that fails: the problem that a user is shown."""
        said = self.either(method, path, **fields)
        assert "code" in said, f"no failure but {str(said)[:200]}"
        return said
