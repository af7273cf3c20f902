"""The labextensions of jupyter-datalabs as a Python package, and the extension of their Jupyter servers."""

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ._resolve import NotHere, NotHosted, NotMounted, Resolved, ResolveError, resolve

__all__ = ["NotHere", "NotHosted", "NotMounted", "ResolveError", "Resolved", "resolve"]

try:
    __version__ = version("jupyter-datalabs")
except PackageNotFoundError:
    # Imported from a source tree that is not installed.
    __version__ = "0.0.0"

_LABEXTENSIONS = Path(__file__).parent / "labextensions"


def _jupyter_labextension_paths():
    """Where ``jupyter labextension develop`` finds the bundles of a source tree.

    An installed wheel needs no hook: its bundles lie in ``share/jupyter/labextensions``.

    Returns
    -------
    list of dict
        ``src`` relative to this package, and ``dest``, the npm name of the bundle.
    """
    return [
        {
            "src": str(manifest.parent.relative_to(Path(__file__).parent)),
            "dest": json.loads(manifest.read_text(encoding="utf-8"))["name"],
        }
        for manifest in sorted(_LABEXTENSIONS.glob("@*/*/package.json"))
    ]


def _jupyter_server_extension_points():
    """The part of the package that Jupyter servers load, by ``jupyter_server_config.d``."""
    return [{"module": "jupyter_datalabs"}]


def _load_jupyter_server_extension(app):
    from . import activity, cwl, output, sockets, volumes

    output.load(app)
    activity.load(app)
    sockets.load(app)
    volumes.load(app)
    cwl.load(app)
