"""A network on virtual time, and a product for it to talk to."""

import pytest

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
