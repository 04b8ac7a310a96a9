"""Everything goes wrong at once: no phone hears anything twice from WeChat, or out of order."""

import asyncio
from typing import Any

from tests.journeys.gateway.citizen import Citizen
from tests.journeys.messages.letterbox import Letterbox

FAULTS = (
    *("reply_lost", "server_error", "server_error_after", "truncated_reply"),
    *("too_many_requests", "connection_cut"),
)


async def live(box: Letterbox, citizen: Citizen, slots: list[str]) -> str:
    id = await box.book(citizen, slots[0])
    await box.move(citizen, id, slots[1])
    await box.move(citizen, id, slots[2])
    await box.cancel(citizen, id)
    return id


async def heard(box: Letterbox, citizen: Citizen) -> list[tuple[str, str, Any]]:
    """Outlet, happening and the visit's time, as the phone showed them."""
    told = await box.house.control("GET", f"/wechat/phones/{citizen.openid}/messages")
    shown = []
    for each in told["messages"]:
        outlet, _, happening = each["template_id"].partition("-")
        shown.append((outlet, happening, each["data"].get("time2") or each["data"]["keynote2"]))
    return shown


async def test_in_a_storm_each_message_comes_once_and_in_its_order(box: Letterbox) -> None:
    people = [await box.citizen() for _ in range(4)]
    for number, citizen in enumerate(people):
        await box.agree(citizen, times=number)  # one has agreed to nothing
    slots = await box.slots(people[0])
    for kind in FAULTS:
        for operation in ("subscribe.send", "sendmsgdata"):
            await box.house.fault("wechat", kind, operation, times=2)
    await box.house.fault("wechat", "notify_doubled", times=3)

    mine = [slots[number : number + 3] for number in range(0, 8, 2)]
    ids = await asyncio.gather(*map(live, [box] * 4, people, mine))
    await box.house.pass_time(hours=8)

    for citizen, id, times in zip(people, ids, mine, strict=True):
        shown = await heard(box, citizen)
        by_consent = [(what, when) for outlet, what, when in shown if outlet == "W"]
        assert len(by_consent) == len(set(by_consent))
        written = [f"{day[:4]}年{day[5:7]}月{day[8:10]}日 {day[11:]}" for day in times]
        wanted = [
            ("booked", written[0]),
            ("moved", written[1]),
            ("moved", written[2]),
            ("cancelled", written[2]),
        ]
        came = list(dict.fromkeys((what, when) for _, what, when in shown))
        # What was held up until the visit was cancelled need not come.
        assert came == [each for each in wanted if each in came]
        assert came[-1] == wanted[-1]
        assert len(await box.tried(f"appointment:{id}")) == 4
        assert (await box.inbox(citizen))["unread"] == 4
