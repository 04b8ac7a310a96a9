"""The plug-in's section, and the row it adds."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.couriers.sf import Settings, build
from channel_gateway.ports import Courier, CourierOrders, Tools
from channel_gateway.service import Table
from tests.unit.couriers.sf.sf_side import NOW, FakeSf
from tests.unit.payment.fakes import CountingNames, MovedClock

SECTION = {"base_url": "https://sf.test/", "partner_id": "CITY", "checkword": "mock-checkword"}


def table_of(name: str) -> Table:
    unused: Any = None
    table = Table()
    tools = Tools(
        name=name,
        section=SECTION,
        store=unused,
        http=FakeSf(),
        clock=MovedClock(NOW),
        randomness=CountingNames(),
        vault=unused,
        identities=unused,
        chains=unused,
        public_url="https://x",
    )
    build(table, tools)
    return table


def test_the_courier_is_offered_by_the_plug_in_s_name() -> None:
    table = table_of("sf_express")

    assert list(table.offered(Courier)) == list(table.offered(CourierOrders)) == ["sf_express"]


def test_the_door_is_behind_a_secret_path_and_keeps_what_it_refuses() -> None:
    (door,) = table_of("sf").callbacks

    assert (door.name, door.path, door.methods) == ("sf_routes", "/couriers/sf", ("POST",))
    assert (door.unsigned, door.keeps_refused) == (True, True)
    assert door.refusal is not None
    assert b'"1000"' in door.refusal.body


def test_the_checkword_may_come_from_a_file(tmp_path: Path) -> None:
    (file := tmp_path / "checkword").write_text("from-a-file\n")
    section = {**SECTION, "checkword": None, "checkword_file": file}

    assert Settings.model_validate(section).account().checkword == "from-a-file"


@pytest.mark.parametrize("more", [{"checkword": None}, {"checkword_file": "/x"}, {"unknown": 1}])
def test_a_section_that_is_not_whole_is_refused_without_its_values(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as wrong:
        Settings.model_validate({**SECTION, **more})

    assert "mock-checkword" not in str(wrong.value)
