"""A hub that is away is no refusal; whatever a hub says counts."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from server import PACKAGE

# JupyterHub is a part of the sessions' environment, not of that of these tests.
LAB = next(PACKAGE.parent.parent.glob(".tools/envs/lab/lib/python3*/site-packages"), None)
if LAB is not None:
    sys.path.append(str(LAB))
pytest.importorskip("jupyterhub.services.auth")

from tornado.web import HTTPError  # noqa: E402

from jupyter_datalabs import hub_auth  # noqa: E402

VERA = {"name": "vera", "scopes": ["access:servers"]}


class Hub:
    """A hub that answers what it is told to, or is not there."""

    def __init__(self):
        self.status = 200
        self.asked = 0
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802
                hub.asked += 1
                body = json.dumps(VERA if hub.status == 200 else {"message": "no"}).encode()
                self.send_response(hub.status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.handler = Handler
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.serve()

    def serve(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def leave(self):
        self.server.shutdown()
        self.server.server_close()

    def come_back(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self.handler)
        self.serve()


@pytest.fixture
def hub():
    hub = Hub()
    yield hub
    hub.leave()


@pytest.fixture
def now(monkeypatch):
    """Seconds, as the cache and ours see them."""
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def auth(hub):
    return hub_auth.LastingHubOAuth(
        api_url=f"http://127.0.0.1:{hub.port}/hub/api", api_token="secret", oauth_client_id="jupyterhub-user-vera", cache_max_age=300
    )


def who(auth, token="t", session="s"):
    return asyncio.run(auth.user_for_token(token, session_id=session, sync=False))


def test_asks_a_hub_that_is_there_as_ever(hub, auth, now):
    assert who(auth) == who(auth) == VERA
    assert hub.asked == 1
    now[0] += 301
    assert who(auth) == VERA
    assert hub.asked == 2


def test_what_it_is_asked_anew_counts_for_every_request(hub, auth, now):
    def anew():
        return asyncio.run(auth.user_for_token("t", use_cache=False, session_id="s", sync=False))

    assert who(auth) == anew() == who(auth) == VERA
    assert hub.asked == 2
    now[0] += 200
    anew()
    now[0] += 200
    assert who(auth) == VERA
    assert hub.asked == 3
    hub.status = 403
    assert anew() is None
    assert who(auth) is None
    assert hub.asked == 4
    hub.leave()
    with pytest.raises(HTTPError):
        anew()
    now[0] += 301
    with pytest.raises(HTTPError):
        who(auth)
    hub.come_back()


def test_a_right_that_has_ended_holds_for_a_minute():
    assert hub_auth.LastingHubOAuth(oauth_client_id="jupyterhub-user-vera").cache_max_age == 60


def test_the_last_answer_stands_in_for_a_hub_that_is_away(hub, auth, now):
    assert who(auth) == VERA
    hub.leave()
    now[0] += 301
    assert who(auth) == VERA
    now[0] += 11 * 3600
    assert who(auth) == VERA
    now[0] += 3600
    with pytest.raises(HTTPError):
        who(auth)
    hub.come_back()
    assert who(auth) == VERA


@pytest.mark.parametrize("status", [502, 503, 504])
def test_and_for_one_behind_a_gateway_that_says_so(hub, auth, now, status):
    assert who(auth) == VERA
    hub.status = status
    now[0] += 301
    assert who(auth) == VERA


@pytest.mark.parametrize("status", [401, 404, 500, 501])
def test_whatever_else_the_hub_says_counts(hub, auth, now, status):
    assert who(auth) == VERA
    hub.status = status
    now[0] += 301
    with pytest.raises(HTTPError):
        who(auth)


def test_a_refusal_holds_when_the_hub_goes_away_after_it(hub, auth, now):
    assert who(auth) == VERA
    hub.leave()
    now[0] += 301
    assert who(auth) == VERA
    hub.come_back()
    hub.status = 403
    assert who(auth) is None
    hub.leave()
    now[0] += 301
    with pytest.raises(HTTPError):
        who(auth)
    hub.come_back()


def test_nobody_new_is_let_in_meanwhile(hub, auth, now):
    assert who(auth) == VERA
    hub.leave()
    for token, session in [("other", "s"), ("t", "other")]:
        with pytest.raises(HTTPError):
            who(auth, token, session)
    hub.come_back()


def test_it_can_be_turned_off_and_forgets(hub, auth, now):
    assert who(auth) == VERA
    now[0] += 13 * 3600
    assert who(auth, "other") == VERA
    assert len(auth._confirmed) == 1
    auth.stale_max_age = 0
    hub.leave()
    now[0] += 301
    with pytest.raises(HTTPError):
        who(auth, "other")
    hub.come_back()


def test_a_session_leaves_out_what_is_of_the_hub_alone_until_somebody_asks():
    program = """
import sys
from jupyter_datalabs import singleuser
singleuser._leave_out_the_hub()
import jupyterhub.singleuser.extension
assert not {"alembic", "jupyterhub.handlers"} & set(sys.modules)
import jupyterhub.orm, jupyterhub.handlers.pages
assert jupyterhub.orm.User.__tablename__ == "users"
assert issubclass(jupyterhub.handlers.pages.HealthCheckHandler, jupyterhub.handlers.base.BaseHandler)
"""
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "JUPYTERHUB_API_TOKEN": "x", "PYTHONPATH": os.pathsep.join([str(PACKAGE), *map(str, filter(None, [LAB]))])})
