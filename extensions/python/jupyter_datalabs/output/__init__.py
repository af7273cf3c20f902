"""Keeps the output of notebook cells while no browser is there to receive it.

The browser goes on executing cells as in any JupyterLab. The server reads along what kernels publish, and for whoever
lost sight of a cell (tab closed, laptop asleep, network cut) it writes the output into the notebook, and shows it again
to the browser that comes back.
"""


def load(app):
    """Attach the keeper to a Jupyter server; a failure leaves the server as it was.

    Parameters
    ----------
    app : jupyter_server.serverapp.ServerApp
    """
    settings = app.web_app.settings
    stock = settings.get("kernel_websocket_connection_class")
    try:
        # Imported here, where the server has already imported all that these modules need.
        from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

        if not (isinstance(stock, type) and issubclass(stock, ZMQChannelsWebsocketConnection)):
            app.log.warning("Output of closed notebooks is not kept: %s handles the kernels' sockets.", stock)
            return
        from .connection import keeping
        from .keeper import OutputKeeper

        keeper = OutputKeeper(app)
        keeper.attach()
        settings["kernel_websocket_connection_class"] = keeping(stock, keeper)
        settings["datalabs_output_keeper"] = keeper
    except Exception:
        settings["kernel_websocket_connection_class"] = stock
        app.log.exception("Output of closed notebooks is not kept.")
