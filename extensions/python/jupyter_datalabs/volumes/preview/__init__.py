"""What a file holds, without a kernel: headers, images, rows and text. Read by a worker process, format by format.

Readers (astropy, pyarrow, Pillow, numpy) are imported when first needed, and only in the worker.
"""

import contextlib
import importlib
import re

from ..failure import Failure


def need(module, package, what):
    """A reader's module; ``preview-unavailable`` where the environment does not have it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        detail = f"The environment of this session has no {package}, which reads {what}."
        raise Failure("preview-unavailable", detail, f"Have {package} added to it, or read the file in a session that has it.") from None


def unreadable(what, detail, action="Open it as text, or tell the operators of the archive."):
    """A file that is not what it says it is, or is damaged."""
    return Failure("unreadable-file", f"This cannot be read as {what}: {detail}", action)


@contextlib.contextmanager
def reading(what, where):
    """Around calls of readers: of damaged files they raise whatever they like, and all of it is about the file."""
    try:
        yield
    except (Failure, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001
        if isinstance(error, OSError) and error.errno is not None:
            raise
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        # Lines and columns are of what the reader was given, which is not the file.
        said = re.sub(r"^\S*:\d+:\d+: ", "", said)
        raise unreadable(what, f"{where}: {said[:300].rstrip('.')}.") from None
