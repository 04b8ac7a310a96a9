"""Who plays in the demo, and what they notice."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from channel_gateway.demo.players import Answer, Operator
from channel_gateway.demo.scene import Scene
from channel_gateway.demo.telling import StepFailed

LETTER = {"collection": "orders", "id": "G1", "kind": "journal", "note": "no such thing"}


class Told(Operator):
    """Who is answered with these dead letters."""

    def __init__(self, *letters: Answer) -> None:
        super().__init__(cast(Scene, SimpleNamespace(operator_key="k")))
        self.letters = list(letters)

    async def call(self, method: str, path: str, *_: Any, **__: Any) -> Answer:
        assert (method, path) == ("GET", "/operator/dead-letters")
        return {"letters": self.letters}


async def test_what_the_gateway_gave_up_fails_the_demo() -> None:
    with pytest.raises(StepFailed, match="journal of orders G1: no such thing"):
        await Told(LETTER).finds_nothing_given_up()


async def test_where_nothing_was_given_up_all_is_well() -> None:
    await Told().finds_nothing_given_up()
