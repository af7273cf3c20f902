"""Files of archive volumes for the browser: listings, previews and copies, read by worker processes.

The server process itself never touches a volume: a mount whose server is away hangs whoever asks it.
"""


def load(app):
    """Add ``datalabs/volumes/…`` to a Jupyter server. Workers and what they import are started at first use."""
    from .handlers import VolumeFiles, handlers

    files = app.web_app.settings["datalabs_volume_files"] = VolumeFiles(parent=app)
    app.web_app.add_handlers(".*", handlers(app.web_app.settings["base_url"], files))
