"""The sockets of the browsers to their kernels, as the server has them, with an ear for what goes through."""

import asyncio
import functools
import json

_V1 = "v1.kernel.websocket.jupyter.org"


def _never_fail(method):
    """What is kept must never cost what works without it."""

    @functools.wraps(method)
    def guarded(self, *arguments):
        try:
            return method(self, *arguments)
        except Exception:
            self.log.exception("Keeping output failed")
            return None

    return guarded


def keeping(stock, keeper):
    """A subclass of the server's connection class that tells the keeper what it sees.

    Parameters
    ----------
    stock : type
        A ``ZMQChannelsWebsocketConnection`` or a subclass of it.
    keeper : OutputKeeper
    """

    class KeepingConnection(stock):
        """A kernel's socket that can show again what its browser has missed."""

        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            # Requests whose published messages come from the keeper instead of this connection's own subscription,
            # so that what was missed and what comes now have one order and no message twice.
            self.resumed = set()
            # Requests whose reply this browser has.
            self.answered = set()
            self._replaying = False
            # Whether a ping went unanswered: its network may be cut without anybody having said so.
            self.silent = False

        @property
        def owner(self):
            return self.session_key

        def connect(self):
            self._listen()
            self._take_from_buffer()
            connected = super().connect()
            if connected is not None:
                connected.add_done_callback(lambda _: self._connected())
            return connected

        @_never_fail
        def _listen(self):
            keeper.listen(self.kernel_id)

        @_never_fail
        def _take_from_buffer(self):
            """What the keeper shows again must not come out of the server's own buffer as well."""
            buffers = self.multi_kernel_manager._kernel_buffers
            if self.kernel_id not in buffers or buffers[self.kernel_id]["session_key"] != self.session_key:
                return
            information = buffers[self.kernel_id]
            known = keeper.missed(self.kernel_id, self.session_key)
            kept = [
                (channel, parts)
                for channel, parts in information["buffer"]
                if channel != "iopub" or self._parent(parts) not in known
            ]
            information["buffer"] = kept
            # Made before the replay, which only starts a while later.
            self.resumed |= known
            self._replaying = True

        def _parent(self, parts):
            _, fed = self.session.feed_identities(parts)
            return self.session.unpack(fed[2]).get("msg_id")

        @_never_fail
        def _connected(self):
            self._replaying = False
            keeper.connected(self)

        async def answers(self, seconds):
            """Find out whether the browser is there, by a ping that it answers by itself."""
            handler = self.websocket_handler
            pong = asyncio.get_running_loop().create_future()
            heard = handler.on_pong

            def on_pong(data):
                if not pong.done():
                    pong.set_result(None)
                self.silent = False
                heard(data)

            handler.on_pong = on_pong
            try:
                handler.ping(b"there?")
                await asyncio.wait_for(pong, seconds)
            except Exception:
                self.silent = True
                # Whatever it is that comes through in the end.
                return
            handler.on_pong = heard

        def disconnect(self):
            super().disconnect()
            self._disconnected()

        @_never_fail
        def _disconnected(self):
            keeper.disconnected(self)

        def handle_incoming_message(self, incoming_msg):
            self.silent = False
            self._note_request(incoming_msg)
            super().handle_incoming_message(incoming_msg)

        @_never_fail
        def _note_request(self, message):
            # Cheap for what is no request to run a cell: comms of widgets may come by the hundred.
            needle = b"execute_request" if isinstance(message, bytes) else "execute_request"
            if needle not in message[:2000]:
                return
            if self.subprotocol == _V1:
                from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1

                channel, parts = deserialize_msg_from_ws_v1(message)
                header, _, metadata, content = (json.loads(part) for part in parts[:4])
            elif isinstance(message, str):
                whole = json.loads(message)
                channel, header = whole.get("channel"), whole["header"]
                metadata, content = whole.get("metadata", {}), whole["content"]
            else:
                return
            if channel == "shell" and header["msg_type"] == "execute_request":
                keeper.requested(self, header, metadata, content)

        def handle_outgoing_message(self, stream, outgoing_msg):
            if self._goes_on(stream, outgoing_msg):
                super().handle_outgoing_message(stream, outgoing_msg)

        def _goes_on(self, stream, parts):
            try:
                channel = stream if isinstance(stream, str) else getattr(stream, "channel", None)
                if channel == "shell":
                    self.answered.add(keeper.replied(self, parts))
                elif channel == "iopub" and self.resumed:
                    return self._parent(parts) not in self.resumed
            except Exception:
                self.log.exception("Keeping output failed")
            return True

        def show(self, parts, channel="iopub"):
            """Send the browser a message of the kernel, as the kernel sent it."""
            stream = self.channels.get(channel)
            if stream is not None and not stream.closed():
                stock.handle_outgoing_message(self, stream, parts)

        def show_again(self, parts, channel="iopub"):
            """The same for what it has missed, which comes at once and must not count as a flood."""
            self._replaying = True
            try:
                self.show(parts, channel)
            finally:
                self._replaying = False

        def _limit_rate(self, channel, msg, msg_list):
            return False if self._replaying else super()._limit_rate(channel, msg, msg_list)

    return KeepingConnection
