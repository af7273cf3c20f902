"""Who is asking, as the hub said it last, while there is no hub to ask."""

import time

from jupyterhub.services.auth import HubOAuth
from tornado.web import HTTPError
from traitlets import Integer

#: What a gateway says in the place of a hub that is away.
AWAY = {502, 503, 504}


class LastingHubOAuth(HubOAuth):
    """JupyterHub's authentication for servers that outlive their hub.

    The original asks the hub again once its answer is ``cache_max_age`` old and fails when there is none, although the
    session lives. Here the last good answer stands in as long as the hub says nothing at all; whatever it does say counts at
    once. Only what the hub has confirmed is remembered, never a refusal.
    """

    cache_max_age = Integer(
        60,
        help="Seconds for which an answer of the hub is not asked for again: a right that has ended holds so long. JupyterHub's own default is 300.",
    ).tag(config=True)

    stale_max_age = Integer(
        12 * 3600,
        help="Seconds for which the hub's last answer on somebody holds while the hub cannot be reached. 0: not at all.",
    ).tag(config=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._confirmed = {}

    async def _api_request(self, method, url, **kwargs):
        lines = []
        try:
            return await super()._api_request(method, url, header_callback=lines.append, **kwargs)
        except HTTPError as error:
            # Its own status tells a hub that is away from one that refuses in some cases only.
            error.hub_is_away = not lines or int(lines[0].split()[1]) in AWAY
            raise

    async def _check_hub_authorization(self, url, api_token, cache_key=None, use_cache=True):
        try:
            user = await super()._check_hub_authorization(url, api_token, cache_key=cache_key, use_cache=use_cache)
        except HTTPError as error:
            user = self._recall(cache_key) if use_cache and getattr(error, "hub_is_away", False) else None
            if user is None:
                raise
            self.log.warning("The hub cannot be reached: %s is let in by its earlier answer.", user.get("name"))
            return user
        if cache_key is not None:
            self._remember(cache_key, user)
            if not use_cache:
                # Whoever asked anew asked for all: an open page costs the hub one request in that time.
                self.cache[cache_key] = user
        return user

    def _remember(self, key, user):
        now = time.monotonic()
        if user is None:
            self._confirmed.pop(key, None)
            return
        self._confirmed = {other: said for other, said in self._confirmed.items() if said[0] + self.stale_max_age > now}
        self._confirmed[key] = (now, user)

    def _recall(self, key):
        said, user = self._confirmed.get(key, (0, None))
        return user if time.monotonic() < said + self.stale_max_age else None
