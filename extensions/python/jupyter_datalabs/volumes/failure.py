"""What can go wrong with files of volumes, as problems that a user can be shown: code, sentence, next action."""

import errno
import json

#: Status and title of every code.
TABLE = {
    "bad-request": (400, "Request not understood"),
    "outside-volume": (403, "Outside the volume"),
    "permission-denied": (403, "Not allowed"),
    "not-mounted": (404, "Volume not mounted"),
    "not-found": (404, "Not found"),
    "unknown-job": (404, "Unknown copy"),
    "link-loop": (409, "Links in a circle"),
    "not-a-folder": (409, "Not a folder"),
    # A folder, a pipe, a device.
    "not-a-file": (409, "Not a file"),
    "cancelled": (409, "Cancelled"),
    "index-gone": (410, "Listing no longer kept"),
    "too-large": (413, "Too large"),
    "too-many": (429, "Too many at once"),
    # Its bytes are not what its kind of file has.
    "unreadable-file": (422, "Not what it should be"),
    "internal": (500, "Error inside the server"),
    "preview-unavailable": (501, "No reader for this"),
    "no-worker": (503, "No process to read files"),
    "worker-ended": (503, "Reading process ended"),
    "volume-unreachable": (503, "Volume not reachable"),
    "timeout": (504, "Took too long"),
    "disk-full": (507, "Disk full"),
    "home-full": (507, "Home full"),
}

_OF_SYSTEM = {
    errno.ENOENT: ("not-found", "There is no such file or folder.", "It may have been removed meanwhile: refresh the listing."),
    errno.ENOTDIR: ("not-a-folder", "This is not a folder.", "Open the folder that it lies in."),
    errno.ENAMETOOLONG: ("not-found", "A name in this path is too long for any file.", "Check the path."),
    errno.EACCES: ("permission-denied", "The archive does not let you read this.", "Ask the operators of the archive for access."),
    errno.EPERM: ("permission-denied", "The archive does not let you read this.", "Ask the operators of the archive for access."),
    errno.ELOOP: ("link-loop", "This link leads back to itself.", "Tell the operators of the archive."),
    errno.ENOSPC: ("disk-full", "There is no room left on the disk.", "Delete files in your workspace and try again."),
    errno.EDQUOT: ("home-full", "Your workspace is full.", "Delete files in your workspace and try again."),
    errno.ENOMEM: ("too-large", "There is not enough memory for this.", "Try a smaller part."),
}

#: What file systems whose server is away answer.
_AWAY = {errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT, errno.ECONNABORTED, errno.EREMOTEIO}


class Failure(Exception):
    """A failure with one of the codes of ``TABLE``, a sentence for the user, and what to do next."""

    def __init__(self, code, detail, action=None):
        super().__init__(detail)
        self.code, self.detail, self.action = code, detail, action

    @property
    def status(self):
        return TABLE[self.code][0]

    def problem(self):
        """The body of an ``application/problem+json`` answer, as the hub gives them."""
        status, title = TABLE[self.code]
        problem = {"type": f"urn:datalabs:problem:{self.code}", "code": self.code, "status": status, "title": title, "detail": self.detail}
        return problem | ({"action": self.action} if self.action else {})

    def body(self):
        return json.dumps(self.problem()).encode()


def failure_of(error):
    """Whatever was raised, as a ``Failure``; None for what is a defect of ours."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, MemoryError):
        return Failure(*_OF_SYSTEM[errno.ENOMEM])
    if isinstance(error, UnicodeError):
        return Failure("bad-request", "The path is not one that a file can have.", "Take it from a listing.")
    if isinstance(error, OSError) and error.errno in _OF_SYSTEM:
        return Failure(*_OF_SYSTEM[error.errno])
    if isinstance(error, OSError) and error.errno in _AWAY:
        return Failure("volume-unreachable", "The volume does not answer.", "Try again later; other volumes are not affected.")
    return None
