"""CWL documents beside the server: cwltool's verdict on them, test runs, and upgrades of old ones.

cwltool never runs in the server's own process: it takes seconds to import, and documents may be made to hang whoever reads them.
"""


def load(app):
    """Add ``datalabs/cwl/…`` to a Jupyter server. Processes are started at first use."""
    from .handlers import CwlTools, handlers

    tools = app.web_app.settings["datalabs_cwl"] = CwlTools(parent=app)
    app.web_app.add_handlers(".*", handlers(app.web_app.settings["base_url"], tools))
