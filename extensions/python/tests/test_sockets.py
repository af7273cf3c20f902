"""An open websocket ends with the right it was opened with."""

import asyncio
from types import SimpleNamespace

from tornado.websocket import WebSocketHandler

from jupyter_datalabs import sockets


class Auth:
    """What a hub says of one visitor; an exception where it says nothing."""

    stale_max_age = 3600
    access_scopes = {"access:servers"}

    def __init__(self):
        self.says = {"name": "vera", "scopes": ["access:servers"]}

    def get_token(self, _handler):
        return "token"

    def get_session_id(self, _handler):
        return "id"

    async def user_for_token(self, _token, **_):
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def check_scopes(self, required, user):
        return required & set(user["scopes"])


class Socket(WebSocketHandler):
    def __init__(self):
        self.ws_connection = object()
        self.closed = None

    def close(self, *reason):
        self.closed = reason


async def opened():
    auth = Auth()

    async def get_user(_handler):
        return object()

    provider = SimpleNamespace(hub_auth=auth, get_user=get_user)
    rights = sockets.SocketRights(provider, period=3600)
    socket = Socket()
    await provider.get_user(socket)
    return auth, rights, socket


def test_a_hub_that_is_away_ends_nothing_for_a_while_but_not_for_ever(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(sockets.time, "monotonic", lambda: now[0])

    async def story():
        auth, rights, socket = await opened()
        await rights.check()
        auth.says = OSError("away")
        now[0] += 3500
        await rights.check()
        assert socket.closed is None
        now[0] += 200
        await rights.check()
        assert socket.closed[0] == sockets.UNKNOWN

    asyncio.run(story())


def test_whatever_the_hub_says_counts():
    async def story(says, code):
        auth, rights, socket = await opened()
        auth.says = says
        await rights.check()
        assert (socket.closed and socket.closed[0]) == code

    asyncio.run(story({"name": "vera", "scopes": ["access:servers"]}, None))
    asyncio.run(story({"name": "vera", "scopes": []}, sockets.FORBIDDEN))
    asyncio.run(story(None, sockets.UNKNOWN))
