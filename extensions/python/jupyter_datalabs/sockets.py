"""Ends websockets whose right has ended.

A server asks who somebody is when a socket opens, and never again: a kernel or a terminal stays in the hands of whoever
was logged out, whose token ran out or with whom a session is no longer shared.
"""

import asyncio
import math
import time
import weakref

from tornado.ioloop import PeriodicCallback
from tornado.websocket import WebSocketHandler
from traitlets import Float
from traitlets.config import LoggingConfigurable

# Close codes of our own range (RFC 6455, 7.4.2), like the HTTP statuses that a new request would get.
UNKNOWN = 4401
FORBIDDEN = 4403


class SocketRights(LoggingConfigurable):
    """Open websockets and the tokens they came with.

    Parameters
    ----------
    provider : jupyterhub.singleuser.extension.JupyterHubIdentityProvider
        Who asks the hub. Past its cache: else a right would end within ``cache_max_age`` and ``period``, not within the longer of them.
    """

    period = Float(60.0, config=True, help="Seconds between two looks at the rights of open websockets.")

    def __init__(self, provider, **options):
        super().__init__(**options)
        self._auth = provider.hub_auth
        self._sockets = weakref.WeakKeyDictionary()
        #: When the hub last said that a right holds.
        self._held = {}
        ask = provider.get_user

        async def get_user(handler):
            user = await ask(handler)
            if user is not None and isinstance(handler, WebSocketHandler):
                self._sockets[handler] = (self._auth.get_token(handler), self._auth.get_session_id(handler))
            return user

        provider.get_user = get_user
        self._timer = PeriodicCallback(self.check, self.period * 1000)
        self._timer.start()

    async def check(self):
        """Ask once for each token, and close what may not be open."""
        rights = {}
        now = time.monotonic()
        for handler, right in list(self._sockets.items()):
            if handler.ws_connection is None:
                continue
            if right not in rights:
                self._held.setdefault(right, now)
                rights[right] = asyncio.ensure_future(self._refusal(right))
            refusal = await rights[right]
            if refusal is not None:
                self._sockets.pop(handler, None)
                handler.close(*refusal)
        self._held = {right: since for right, since in self._held.items() if right in rights}

    async def _refusal(self, right):
        """Close code and reason, or None for who may stay."""
        token, session_id = right
        try:
            user = await self._auth.user_for_token(token, use_cache=False, session_id=session_id, sync=False)
        except Exception:  # noqa: BLE001  A hub that is away or unwell has not said that anything ended.
            late = time.monotonic() - self._held[right] > getattr(self._auth, "stale_max_age", math.inf)
            return (UNKNOWN, "The hub has not answered for too long. Reload the page to log in again.") if late else None
        if user is None:
            return UNKNOWN, "You are logged out. Reload the page to log in again."
        if not self._auth.check_scopes(self._auth.access_scopes, user):
            return FORBIDDEN, "This session is no longer shared with you."
        self._held[right] = time.monotonic()
        return None


def load(app):
    """Watch over the sockets of a server that a hub guards; others have no rights that end."""
    if hasattr(app.identity_provider, "hub_auth"):
        app.web_app.settings["datalabs_socket_rights"] = SocketRights(app.identity_provider, parent=app)
