import os

import pytest

from server import PACKAGE, Server

# For the programs that tests start, too: the source tree, not what happens to be installed.
os.environ["PYTHONPATH"] = str(PACKAGE)


@pytest.fixture
def start(tmp_path):
    """Starts servers with the extension, as an installed wheel has it, in a folder of this test."""
    servers = []

    def start_one(*options, **choices):
        servers.append(Server(tmp_path, *options, **choices))
        return servers[-1]

    yield start_one
    for server in servers:
        server.stop()
        assert "Keeping output failed" not in server.log(), server.log()
        assert "could not be written" not in server.log(), server.log()


@pytest.fixture
def server(start):
    return start()
