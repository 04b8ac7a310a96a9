"""A house one of whose regions has a public payment platform, which speaks SOAP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, IssuedNotice, NoticeDraft, NoticeState
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import Doors, FeeDesk, FeeMatter, NoticeAuthority
from channel_gateway.web.edge import followed
from mock_platforms.finance.people import CITIZENS
from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.house import House, open_house, until

UNIT = "330299021"
NAME, ID_NUMBER = next(iter(CITIZENS.items()))


@dataclass
class Town:
    house: House
    authority: NoticeAuthority
    url: str  # the unit's door

    async def issued(self, number: str = "N1", fen: int = 8000) -> IssuedNotice:
        draft = NoticeDraft(
            unit_code=UNIT,
            unit_name="示例市不动产登记中心",
            payer_name=PersonName(NAME),
            id_number=IdNumber(ID_NUMBER),
            items=(FeeItem("00034002", "不动产登记费", "件", 1, Fen(fen)),),
            due_on=date(2027, 12, 1),
        )
        desk: FeeDesk = self.house.gateway.table.offered(FeeDesk)["payment"]
        return await desk.issue(number, draft, FeeMatter("department", "ZR-BD-09"))

    async def pulled(self) -> list[dict[str, Any]]:
        told = await self.house.control("POST", "/finance_soap/notices", id_number=ID_NUMBER)
        assert told["code"] == "00"
        return list(told["details"])

    async def pay(self, notice: IssuedNotice, **more: str) -> dict[str, Any]:
        path = f"/finance_soap/notices/{notice.notice.pay_code}/pay"
        return dict(await self.house.control("POST", path, **more))

    async def state(self, notice: IssuedNotice) -> NoticeState:
        return (await self.authority.look_up(notice.notice.pay_code, notice.check_code)).state

    async def kept(self, notice: IssuedNotice) -> dict[str, Any]:
        store = self.house.gateway.store
        found = await store.get("finance_soap_notices", notice.notice.pay_code)
        assert found is not None
        return found

    async def heard(self, notice: IssuedNotice, count: int = 1) -> list[dict[str, Any]]:
        """What payment was told of a notice, once it has so many."""
        store = self.house.gateway.store

        async def look() -> list[dict[str, Any]]:
            equal = {"pay_code": notice.notice.pay_code}
            return await store.find("paid_elsewhere", equal=equal, order="heard_at")

        return await until(f"{count} payments heard of", look, lambda found: len(found) == count)


@pytest.fixture
async def town(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[Town]:
    soap = {"module": "adapters.finance.soap", "from": "var/stand-ins/platforms.json#finance_soap"}
    chosen = [{"finance": "soap", "region": "330299", "units": [UNIT]}]
    more = {"soap": soap, "payment": {"authorities": chosen}}
    async with (
        open_house(tmp_path, keys, store=f"sqlite:{tmp_path / 'gateway.db'}", more=more) as house,
        followed(house.gateway.table, house.gateway.edge),
    ):
        doors: Doors = house.gateway.table.offered(Doors)["web"]
        url = await doors.address("soap")
        await house.control("POST", "/finance_soap/unit", url=url)
        yield Town(house, house.gateway.table.offered(NoticeAuthority)["soap"], url)
