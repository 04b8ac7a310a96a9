"""Finding an address: literals before parameters, parameters that are safe to use."""

from dataclasses import dataclass

import pytest

from channel_gateway.domain.errors import NotFound
from channel_gateway.web.refusals import NoSuchMethod
from channel_gateway.web.router import Router


@dataclass(frozen=True)
class Place:
    template: str
    methods: tuple[str, ...] = ("GET",)
    body_limit: int = 0


ORDER, CURRENT, ORDERS = Place("/orders/{id}"), Place("/orders/current"), Place("/orders")
REFUND = Place("/orders/{id}/refunds/{no}", ("POST",))
ROUTER = Router([ORDER, CURRENT, ORDERS, REFUND])


def test_a_literal_wins_over_a_parameter():
    assert ROUTER.find("GET", "/orders/current") == (CURRENT, {})


def test_parameters_are_named_and_decoded():
    assert ROUTER.find("POST", "/orders/a%20b/refunds/%E5%BC%A0") == (
        REFUND, {"id": "a b", "no": "张"},
    )  # fmt: skip


def test_head_finds_what_get_finds():
    assert ROUTER.find("HEAD", "/orders")[0] == ORDERS


@pytest.mark.parametrize(
    "path",
    [
        "/orders/",
        "/orders/a/b",
        "/orders/a%2Fb",
        "/orders/%ff",
        "/orders/a%00",
        "/orders/" + "a" * 129,
    ],
)
def test_a_parameter_that_is_empty_hidden_or_endless_finds_nothing(path):
    with pytest.raises(NotFound):
        ROUTER.find("GET", path)


def test_another_method_is_told_which_there_are():
    with pytest.raises(NoSuchMethod) as caught:
        ROUTER.find("DELETE", "/orders/1")
    assert caught.value.allowed == ("GET",)
