"""A network on virtual time or in real time, and a product for it to talk to."""

import threading

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from callcenter import simulator
from callcenter.simulator.clock import VirtualClock
from callcenter.simulator.network import Network
from callcenter.simulator.transport import WsgiTransport
from tests.simulator.fake_product import START, Product, config


@pytest.fixture
def product():
    return Product()


@pytest.fixture
def network(product):
    return Network(config(product), VirtualClock(START), WsgiTransport(product.app))


class Quiet(WSGIRequestHandler):
    def log_request(self, code="-", size="-"):
        pass


@pytest.fixture
def web_product():
    """A product on a port of its own."""
    product = Product()
    server = make_server("127.0.0.1", 0, product.app, threaded=True, request_handler=Quiet)
    product.base = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield product
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server(web_product):
    """A network on a port of its own, in real time, twenty times as fast."""
    server = simulator.start(config(web_product, port=0, speed=20.0))
    yield server
    server.stop()
