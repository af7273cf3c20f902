"""Somebody who has a notebook open together with others: the shared document over its own socket."""

import threading
from urllib.parse import quote

import websocket
from pycrdt import Doc, YMessageType, create_sync_message, handle_sync_message
from jupyter_ydoc import YNotebook

from server import wait


class Room:
    def __init__(self, server, path):
        session = server.api("PUT", f"collaboration/session/{quote(path)}", {"format": "json", "type": "notebook"})
        room = f"{session['format']}:{session['type']}:{session['fileId']}"
        url = f"{server.url.replace('http', 'ws')}api/collaboration/room/{room}?sessionId={session['sessionId']}&token=secret"
        self._doc = Doc()
        self._notebook = YNotebook(self._doc)
        self._lock = threading.Lock()
        self._socket = websocket.create_connection(url, timeout=30)
        self._socket.send_binary(create_sync_message(self._doc))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        wait("the shared notebook", lambda: self.cells())

    def _listen(self):
        try:
            while True:
                message = self._socket.recv()
                if isinstance(message, bytes) and message and message[0] == YMessageType.SYNC:
                    with self._lock:
                        reply = handle_sync_message(message[1:], self._doc)
                    if reply is not None:
                        self._socket.send_binary(reply)
        except Exception:
            return  # Closed by the test or by the server's end.

    def cells(self):
        with self._lock:
            return self._notebook.ycells.to_py()

    def outputs(self):
        return self.cells()[0]["outputs"]

    def text(self):
        return "".join("".join(output.get("text", "")) for output in self.outputs())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()


