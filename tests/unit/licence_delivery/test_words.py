"""Every state and every stage has its words."""

import re

import pytest

from channel_gateway.domain.parcels import Stage
from channel_gateway.services.licence_delivery.delivery import State
from channel_gateway.services.licence_delivery.rules.since import WHO
from channel_gateway.services.licence_delivery.texts import words


@pytest.mark.parametrize("state", State)
def test_a_state_says_what_it_is_and_what_to_do(state: State) -> None:
    for said in (words.SAYS[state], words.NEXT[state]):
        assert re.fullmatch(r"[\u4e00-\u9fff，。；、“”]+。", said)


def test_every_stage_and_every_line_of_history_has_words() -> None:
    assert set(words.SCANS) == {*Stage, None}
    assert set(WHO) - {"requested"} <= set(words.EVENTS)
