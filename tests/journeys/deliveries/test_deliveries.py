"""From the issued licence to the citizen's hands, and all that can go wrong on the way."""

import json
from dataclasses import replace

import pytest

from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import Phone
from channel_gateway.ports import Cases, Courier, PersonalData, UnknownCodes
from channel_gateway.services.licence_delivery.refusals import (
    ConsentWithdrawn,
    DeliveredAlready,
    NoSuchDelivery,
)
from tests.journeys.appointments.town import SERVICE, slot
from tests.journeys.cases.city import progress, told
from tests.journeys.deliveries.post import RECIPIENT, TUESDAY, HastyCases

WAY = (Stage.PICKED_UP, Stage.IN_TRANSIT, Stage.OUT_FOR_DELIVERY)


async def on_its_way(post):
    id = await post.sent()
    for stage in WAY:
        await post.happens(stage)
        await post.passes(hours=2)
    return id


async def begun_unanswered(post):
    """A case, and its delivery, whose order the courier may or may not have."""
    case = await post.matter()
    await post.issue()
    post.courier.down = True
    return case, await post.begun(case_id=case)


async def test_a_licence_travels_from_its_issue_to_the_signature(post):
    case = await post.matter()
    id = await post.begun(case_id=case)
    waits = await post.see(id)
    assert (waits["state"], waits["waybill"], waits["known_by"]["how"]) == (
        "requested",
        "",
        "citizen",
    )

    await post.issue()
    sent = await post.see(id)
    assert (sent["state"], sent["waybill"], sent["goods"]) == ("waybill", "W100001", "不动产权证书")
    [wish] = post.courier.wishes
    assert (wish.recipient.phone.reveal(), wish.recipient_pays) == ("13900139000", True)
    assert post.courier.followed == ["W100001"]

    for stage in (*WAY, Stage.SIGNED):
        scan = await post.happens(stage, place="杭州")
        seen = await post.see(id)
        assert (seen["state"], seen["known_by"]["how"]) == (stage.value, "asked")
        assert seen["since"] == scan.at.isoformat().replace("+00:00", "Z")
        await post.passes(hours=2)

    # What the courier says itself is not said once more by the change of state.
    by = [line["how"] for line in seen["history"]]
    assert (by.count("asked"), len(by)) == (4, 8)
    assert post.messenger.happenings == ["sent", "out_for_delivery", "signed"]
    assert post.departments.kinds == [
        "delivery.requested",
        "delivery.waybill",
        "delivery.sent",
        "delivery.signed",
    ]
    closed = (await post.town.citizen("one", "GET", f"/cases/{case}")).body
    assert (closed["state"], closed["says"]) == ("delivered", "结果已送达。")
    assert {card.stage for card in post.cards.shown} == {Stage.WAYBILL, *WAY, Stage.SIGNED}
    card = (await post.town.citizen("one", "GET", f"/deliveries/{id}/card")).body
    assert card == {"channel": "wechat", "token": "token-of-W100001"}


async def test_a_delivery_begun_for_an_appointment_finds_its_case_when_it_comes(post):
    visit = await post.town.booked("one", slot(TUESDAY))
    id = await post.begun(appointment_id=visit)
    await post.issue("2026-7")  # told before its case
    assert (await post.see(id))["state"] == "requested"

    case = await progress(post.town, "2026-7", "decided", appointment_id=visit)
    await post.work()
    seen = await post.see(id)
    assert (seen["state"], seen["case_id"], seen["case_no"]) == ("waybill", case, "2026-7")


async def test_a_forged_end_changes_nothing_and_costs_a_question_a_minute(post):
    id = await post.sent()
    await post.happens(Stage.IN_TRANSIT)
    before, asked = await post.see(id), len(post.courier.questions)

    for number in range(200):
        forged = post.scan(Stage.SIGNED, code=f"forged-{number}")
        assert await post.push(forged)
        post.town.clock.move(seconds=0.5)
        await post.work()

    after = await post.see(id)
    assert (after["state"], after["since"]) == (before["state"], before["since"])
    assert len(post.courier.questions) - asked <= 2
    assert "signed" not in post.messenger.happenings
    kept = await post.town.gateway.store.get("deliveries", id)
    assert len(json.dumps(kept)) < 20_000


async def test_a_courier_is_asked_no_sooner_than_it_wants_to_be(post):
    post.courier.pause_s = 1800
    id = await post.sent()
    await post.passes(minutes=2)
    assert len(post.courier.questions) == 1

    await post.happens(Stage.PICKED_UP)
    await post.passes(minutes=25)
    assert (await post.see(id))["state"] == "waybill"
    assert len(post.courier.questions) == 1

    await post.passes(minutes=5)
    assert (await post.see(id))["state"] == "picked_up"
    assert len(post.courier.questions) == 2


@pytest.mark.parametrize("signed", [False, True])
async def test_a_word_nobody_knows_keeps_the_state_and_hinders_nothing(post, signed):
    id = await post.sent()
    await post.happens(Stage.PICKED_UP)
    unknown = post.scan(None, code="9991")
    post.courier.known["W100001"].append(unknown)

    assert await post.push(unknown, signed=signed)
    await post.passes(minutes=2)

    seen = await post.see(id)
    assert seen["state"] == "picked_up"
    await post.happens(Stage.IN_TRANSIT)
    assert (await post.see(id))["state"] == "in_transit"


async def test_a_push_of_a_parcel_nobody_knows_is_kept_nowhere(post):
    await post.sent()

    assert not await post.push(post.scan(Stage.SIGNED), waybill="W999999")
    assert not await post.push(post.scan(Stage.SIGNED), waybill="W999999", number="D0-1")


async def test_a_signed_push_counts_before_the_courier_is_asked_but_no_end_does(post):
    id = await post.sent()
    await post.passes(minutes=2)
    post.courier.down = True
    await post.push(post.scan(Stage.OUT_FOR_DELIVERY), post.scan(Stage.SIGNED), signed=True)

    seen = await post.see(id)
    assert (seen["state"], seen["known_by"]["how"]) == ("out_for_delivery", "pushed")


async def test_a_moment_corrected_to_earlier_is_what_is_shown(post):
    id = await post.sent()
    late = await post.happens(Stage.IN_TRANSIT)
    await post.passes(hours=5)
    right = post.scan(Stage.IN_TRANSIT, hours=-9)
    post.courier.known["W100001"] = [right]
    await post.push(right)
    await post.passes(minutes=2)

    seen = await post.see(id)
    assert seen["since"] == right.at.isoformat().replace("+00:00", "Z")
    assert [(line["put_right"]) for line in seen["history"] if line["how"] == "asked"] == [
        right.at > late.at,
        True,
    ]


async def test_a_courier_down_for_two_days_loses_nothing_and_one_message_tells_the_rest(post):
    id = await post.sent()
    await post.happens(Stage.PICKED_UP)
    post.courier.down = True
    post.courier.known["W100001"] += [
        post.scan(stage, hours=hour) for hour, stage in enumerate((*WAY[1:], Stage.SIGNED), 1)
    ]
    await post.passes(days=2)
    assert (await post.see(id))["state"] == "picked_up"

    post.courier.down = False
    await post.passes(hours=2)
    assert (await post.see(id))["state"] == "signed"
    assert post.messenger.happenings == ["sent", "signed"]


async def test_a_waybill_whose_answer_was_lost_is_asked_for_by_the_same_number(post):
    _, id = await begun_unanswered(post)
    await post.passes(minutes=10)
    assert (await post.see(id))["state"] == "packed"

    post.courier.down = False
    await post.passes(hours=1)
    assert (await post.see(id))["waybill"] == "W100001"
    assert {wish.number for wish in post.courier.wishes} == {f"{id}-1"}


async def test_a_refused_order_is_a_persons_and_is_sent_again_by_another_courier(post):
    case = await post.matter()
    await post.issue()
    post.courier.refuses = "超出派送范围"
    id = await post.begun(case_id=case)

    seen = await post.see(id)
    assert (seen["state"], seen["says"]) == (
        "exception",
        "快递公司未接受下单，工作人员正在处理。",
    )
    wanting = await post.wanting()
    assert [(line["delivery_id"], line["why"], line["note"]) for line in wanting] == [
        (id, "exception", "超出派送范围")
    ]
    post.courier.refuses = ""
    again = await post.town.hall("POST", f"/deliveries/{id}/send-again", {})
    await post.work()
    assert again.status == 200
    assert [each["number"] for each in again.body["attempts"]] == [f"{id}-1", f"{id}-2"]
    assert (await post.see(id))["state"] == "waybill"
    assert await post.wanting() == []


@pytest.mark.parametrize(
    ("received", "state"), [(True, "signed"), (False, "exception"), (None, "signed")]
)
async def test_somebody_elses_signature_is_the_citizens_to_confirm(post, received, state):
    id = await on_its_way(post)
    await post.happens(Stage.PROXY_SIGNED)
    assert (await post.see(id))["to_confirm"]
    assert post.messenger.happenings[-1] == "proxy_signed"

    if received is None:
        await post.passes(days=7, minutes=5)
        says = [line["says"] for line in (await post.see(id))["history"]]
        assert "超过七天未答复，视为已收到" in says
    else:
        assert (await post.do(id, "confirm", {"received": received})).status == 200
    assert (await post.see(id))["state"] == state
    listed = await post.wanting()
    assert [each["delivery_id"] for each in listed] == ([id] if state == "exception" else [])


async def test_a_signature_forgotten_for_a_while_starts_no_new_week_and_is_told_once(post):
    id = await on_its_way(post)
    await post.happens(Stage.PROXY_SIGNED)
    known = post.courier.known["W100001"]
    for _ in range(3):
        await post.passes(days=1, hours=16)
        signature = known.pop()
        await post.passes(hours=4)
        assert (await post.see(id))["state"] == "out_for_delivery"
        known.append(signature)
        await post.passes(hours=4)
        assert (await post.see(id))["state"] == "proxy_signed"

    await post.passes(days=1)
    assert (await post.see(id))["state"] == "signed"
    assert post.messenger.happenings.count("proxy_signed") == 1


async def test_a_department_is_told_once_of_an_end_its_courier_forgot_meanwhile(post):
    id = await on_its_way(post)
    await post.happens(Stage.RETURNED)
    known = post.courier.known["W100001"]
    end = known.pop()
    await post.passes(days=1)
    assert (await post.see(id))["state"] == "out_for_delivery"
    known.append(end)
    await post.passes(hours=4)
    assert (await post.see(id))["state"] == "returned"

    assert post.departments.kinds.count("delivery.returned") == 1


async def test_a_department_hears_that_what_was_denied_is_in_hand_after_all(post):
    id = await on_its_way(post)
    await post.happens(Stage.SIGNED)
    for received in (False, True, False):
        assert (await post.do(id, "confirm", {"received": received})).status == 200
        await post.work()
    assert (await post.town.hall("POST", f"/deliveries/{id}/lost")).status == 200
    await post.passes(hours=1)
    await post.happens(Stage.SIGNED)

    told = [kind.removeprefix("delivery.") for kind in post.departments.kinds]
    assert told[-6:] == ["signed", "exception", "signed", "exception", "lost", "signed"]


@pytest.mark.parametrize("word", ["lost", "denied", "confirmed"])
async def test_a_courier_that_pushes_nothing_is_heard_after_a_persons_word(post, word):
    id = await on_its_way(post)
    await post.happens(Stage.OUT_FOR_DELIVERY if word == "lost" else Stage.PROXY_SIGNED)
    if word == "lost":
        await post.town.hall("POST", f"/deliveries/{id}/lost")
    else:
        await post.do(id, "confirm", {"received": word == "confirmed"})
    post.courier.away = True
    await post.passes(days=2)  # nobody answers for longer than a day
    post.courier.away = False
    await post.passes(days=2)
    seen = {"lost": "lost", "denied": "exception", "confirmed": "signed"}
    assert (await post.see(id))["state"] == seen[word]
    assert not (await post.town.gateway.store.get("deliveries", id))["given_up"]

    known = post.courier.known["W100001"]
    found = Stage.AT_LOCKER if word == "lost" else Stage.OUT_FOR_DELIVERY
    known.append(post.scan(found, place="杭州市"))
    await post.passes(days=1, minutes=5)
    assert "杭州市" in [line["place"] for line in (await post.see(id))["history"]]
    known.append(post.scan(Stage.RETURNED if word == "confirmed" else Stage.SIGNED))
    await post.passes(days=1, minutes=5)
    state = "returned" if word == "confirmed" else "signed"
    assert (await post.see(id))["state"] == state
    assert post.departments.kinds[-1] == f"delivery.{state}"


@pytest.mark.parametrize(("word", "days", "most"), [("lost", 46, 290), ("confirmed", 9, 8)])
async def test_after_a_persons_word_a_courier_is_asked_for_a_time_only(post, word, days, most):
    id = await on_its_way(post)
    await post.happens(Stage.OUT_FOR_DELIVERY if word == "lost" else Stage.PROXY_SIGNED)
    asked = len(post.courier.questions)
    if word == "lost":
        await post.town.hall("POST", f"/deliveries/{id}/lost")
    else:
        await post.do(id, "confirm", {"received": True})
    await post.passes(days=days)

    assert asked < len(post.courier.questions) <= asked + most
    assert (await post.town.hall("GET", f"/deliveries/{id}")).body["tasks"] == []


async def test_a_parcel_nobody_takes_out_of_its_locker_is_told_of_twice_and_comes_back(post):
    id = await on_its_way(post)
    await post.happens(Stage.AT_LOCKER, place="菜鸟驿站")
    await post.passes(hours=26)
    assert post.messenger.happenings.count("at_locker") == 2
    await post.passes(hours=30)
    assert post.messenger.happenings.count("at_locker") == 2

    await post.happens(Stage.RETURNING)
    await post.happens(Stage.SIGNED)  # by the sender
    assert (await post.see(id))["state"] == "returned"
    assert post.messenger.happenings[-1] == "returned"
    await post.department("delivery.returned_received", delivery_id=id)
    assert await post.wanting() == []
    assert post.departments.kinds[-1] == "delivery.returned"


async def test_who_emptied_the_locker_is_told_of_it_no_more(post):
    await on_its_way(post)
    await post.happens(Stage.AT_LOCKER)
    await post.happens(Stage.PROXY_SIGNED)
    await post.passes(hours=30)

    assert post.messenger.happenings[-2:] == ["at_locker", "proxy_signed"]


async def test_a_lost_parcel_is_declared_so_and_told(post):
    id = await post.sent()
    await post.happens(Stage.IN_TRANSIT)
    await post.passes(days=4)
    [line] = await post.wanting()
    assert line["why"] == "stalled"

    assert (await post.town.hall("POST", f"/deliveries/{id}/lost")).status == 200
    await post.work()
    assert (await post.see(id))["state"] == "lost"
    assert (post.messenger.happenings[-1], post.departments.kinds[-1]) == ("lost", "delivery.lost")


async def test_a_signature_its_courier_never_confirms_is_the_citizens_to_say(post):
    id = await on_its_way(post)
    assert (await post.do(id, "confirm", {"received": True})).code == "nothing_to_confirm"
    await post.push(post.scan(Stage.SIGNED))  # by anybody
    assert (await post.do(id, "confirm", {"received": True})).code == "nothing_to_confirm"
    post.courier.knows_nothing = True
    await post.push(post.scan(Stage.SIGNED, code="80"), signed=True)
    await post.passes(days=3)
    [line] = await post.wanting()
    assert line["why"] == "stalled"
    assert line["note"] == "no such waybill; pushed as signed for, not confirmed when asked"

    assert (await post.do(id, "confirm", {"received": False})).code == "nothing_to_confirm"
    assert (await post.do(id, "confirm", {"received": True})).body["state"] == "signed"
    assert post.departments.kinds[-1] == "delivery.signed"
    assert await post.wanting() == []


async def test_what_nobody_asks_for_any_more_is_the_citizens_to_say(post):
    id = await post.sent()
    await post.happens(Stage.IN_TRANSIT)
    await post.passes(days=46)
    [line] = await post.wanting()
    assert (line["why"], line["note"]) == ("exception", "nothing more was heard of it")

    assert (await post.do(id, "confirm", {"received": False})).code == "nothing_to_confirm"
    assert (await post.do(id, "confirm", {"received": True})).body["state"] == "signed"
    assert await post.wanting() == []


async def test_after_weeks_without_an_end_nobody_asks_and_a_person_must_look(post):
    id = await post.sent()
    await post.happens(Stage.IN_TRANSIT)
    await post.passes(days=46)

    asked = len(post.courier.questions)
    operated = (await post.town.hall("GET", f"/deliveries/{id}")).body
    assert (operated["state"], operated["attention"]) == ("exception", "exception")
    assert [task["kind"] for task in operated["tasks"] if task["due_at"] is None] == ["look"]
    await post.passes(days=5)
    assert len(post.courier.questions) == asked < 46 * 6 + 20


async def test_cancelling_is_at_once_before_an_order_and_the_couriers_word_after(post):
    case = await post.matter()
    id = await post.begun(case_id=case)
    assert (await post.do(id, "cancel")).body["state"] == "cancelled"
    assert (await post.see(id))["known_by"]["how"] == "citizen"

    await post.issue()
    other = await post.begun(case_id=case)
    assert (await post.do(other, "cancel")).status == 200
    assert (await post.see(other))["state"] == "cancelled"
    assert post.courier.cancelled == [f"{other}-1"]
    assert post.departments.kinds[-1] == "delivery.cancelled"

    third = await post.begun(case_id=case)
    post.courier.fetched = True
    await post.do(third, "cancel")
    seen = await post.see(third)
    assert seen["state"] == "waybill"
    assert "快递已取件，未能取消，寄送继续" in [line["says"] for line in seen["history"]]


async def test_an_address_is_changed_until_a_courier_has_it(post):
    case = await post.matter()
    id = await post.begun(case_id=case)
    moved = {"recipient": RECIPIENT | {"city": "宁波市"}}
    assert (await post.do(id, "address", moved)).status == 200
    await post.issue()
    [wish] = post.courier.wishes
    assert wish.recipient.address.city == "宁波市"
    asked = [
        data for kind, data in post.departments.events.values() if kind == "delivery.requested"
    ]
    assert [data["recipient"]["city"] for data in asked] == ["杭州市", "宁波市"]
    assert (await post.do(id, "address", {"recipient": RECIPIENT})).code == "address_fixed"


async def test_materials_are_fetched_from_the_citizen_and_received_by_the_hall(post):
    case = await post.matter()
    id = await post.begun(case_id=case, direction="in")
    [wish] = post.courier.wishes
    assert (wish.sender.name.reveal(), wish.recipient_pays) == ("李雷", False)
    await post.happens(Stage.PICKED_UP)
    await post.happens(Stage.OUT_FOR_DELIVERY)
    assert post.messenger.happenings == ["sent"]

    await post.department("materials.received", delivery_id=id)
    seen = await post.see(id)
    assert (seen["state"], seen["says"], seen["known_by"]["how"]) == (
        "signed",
        "办事大厅已收到您的材料。",
        "department",
    )
    assert (await post.town.citizen("one", "GET", f"/cases/{case}")).body["state"] == "accepted"
    assert (await post.do(id, "confirm", {"received": False})).code == "nothing_to_confirm"


async def test_materials_that_came_back_are_the_citizens_and_may_be_fetched_again(post):
    case = await post.matter()
    id = await post.begun(case_id=case, direction="in")
    await post.happens(Stage.RETURNING)
    await post.happens(Stage.SIGNED)

    seen = await post.see(id)
    assert (seen["state"], seen["says"]) == ("returned", "您的材料已退回给您，请联系办事大厅。")
    assert await post.wanting() == []
    assert await post.begun(case_id=case, direction="in") != id


async def test_a_department_sends_by_a_waybill_of_its_own(post):
    case = await post.matter()
    id = await post.begun(case_id=case, courier="other")
    await post.issue()
    assert (await post.see(id))["state"] == "packed"  # nobody takes orders of ours there
    await post.passes(days=5, minutes=1)
    [line] = await post.wanting()
    assert (line["delivery_id"], line["why"]) == (id, "not_sent")

    for more in ({"delivery_id": id}, {"case_no": "2026-1"}, {"case_no": "2026-9"}):
        whose = "hall" if more == {"case_no": "2026-9"} else "police"
        own = {"courier": "post", "waybill": "W777777", **more}
        with pytest.raises(NoSuchDelivery):
            await told(post.town, "delivery.handed_over", whose, **own)
    kept = await post.department(
        "delivery.handed_over", case_no="2026-1", courier="post", waybill="W777777"
    )
    assert kept == {"delivery_id": id, "state": "waybill"}
    assert await post.wanting() == []
    await post.happens(Stage.SIGNED, waybill="W777777")
    assert (await post.see(id))["state"] == "signed"


async def test_an_old_parcel_of_somebody_elses_delivers_nothing_and_the_number_is_put_right(post):
    case = await post.matter()
    await post.issue()
    id = await post.begun(case_id=case, courier="other")
    own = {"delivery_id": id, "courier": "post"}
    await post.department("delivery.handed_over", **own, waybill="W777770")
    await post.happens(Stage.SIGNED, waybill="W777770", hours=-18 * 24)

    assert (await post.see(id))["state"] == "waybill"
    assert (await post.town.citizen("one", "GET", f"/cases/{case}")).body["state"] != "delivered"
    [line] = await post.wanting()
    assert (line["delivery_id"], line["why"]) == (id, "another_parcel")

    await post.department("delivery.handed_over", **own, waybill="W777777")
    await post.happens(Stage.SIGNED, waybill="W777777")
    assert (await post.see(id))["state"] == "signed"
    assert await post.wanting() == []


async def test_it_is_sent_again_by_a_courier_that_is_there(post):
    id = await post.sent()
    await post.happens(Stage.RETURNED)
    path = f"/deliveries/{id}/send-again"
    refused = await post.town.hall("POST", path, {"courier": "nope"})
    assert (refused.status, refused.code, refused.body["field"]) == (
        422,
        "no_such_courier",
        "courier",
    )
    assert (await post.town.hall("POST", path, {"courier": "other"})).status == 200
    there = await post.town.hall("POST", path, {"courier": "post"})
    assert [each["courier"] for each in there.body["attempts"]] == ["post", "other", "post"]


async def test_what_its_courier_calls_off_is_a_persons_to_send_again(post):
    id = await post.sent()
    await post.happens(Stage.CANCELLED)
    seen = await post.see(id)
    assert (seen["state"], seen["says"]) == (
        "exception",
        "快递公司取消了本次取件，工作人员正在处理。",
    )
    [line] = await post.wanting()
    assert (line["delivery_id"], line["why"]) == (id, "exception")
    assert post.departments.kinds[-1] == "delivery.exception"

    assert (await post.town.hall("POST", f"/deliveries/{id}/send-again", {})).status == 200
    await post.work()
    assert (await post.see(id))["state"] == "waybill"
    assert post.courier.cancelled == []


async def test_what_its_courier_called_off_the_citizen_may_cancel(post):
    case = await post.matter()
    id = await post.begun(case_id=case)
    own = {"delivery_id": id, "courier": "post", "waybill": "W777777"}
    await post.department("delivery.handed_over", **own)
    await post.happens(Stage.CANCELLED, waybill="W777777")

    assert (await post.do(id, "cancel")).body["state"] == "cancelled"
    assert (await post.ask_for(case_id=case)).status == 201


async def test_a_courier_that_does_not_answer_for_a_day_is_seen_and_asked_on(post):
    id = await post.sent()
    await post.happens(Stage.PICKED_UP)
    post.courier.away = True
    await post.passes(days=2)
    [line] = await post.wanting()
    assert (line["delivery_id"], line["why"]) == (id, "stalled")

    await post.passes(days=8)
    post.courier.known["W100001"].append(post.scan(Stage.SIGNED))
    post.courier.away = False
    await post.passes(hours=5)
    assert (await post.see(id))["state"] == "signed"
    assert await post.wanting() == []


async def test_a_courier_that_never_answers_is_asked_for_weeks_and_no_longer(post):
    id = await post.sent()
    post.courier.away = True
    await post.passes(days=47)

    operated = (await post.town.hall("GET", f"/deliveries/{id}")).body
    assert operated["state"] == "exception"
    assert [task["kind"] for task in operated["tasks"] if task["due_at"]] == []


async def test_what_came_back_to_the_hall_is_to_be_fetched_there(post):
    id = await on_its_way(post)
    await post.happens(Stage.RETURNED)
    await post.department("delivery.returned_received", delivery_id=id)

    seen = await post.see(id)
    assert (seen["says"], seen["next"]) == (
        "快递已退回，办理部门已收到。",
        "请到办事大厅领取，或拨打办事大厅电话。",
    )


async def test_of_several_parcels_each_line_says_which(post):
    id = await on_its_way(post)
    await post.happens(Stage.RETURNED)
    await post.town.hall("POST", f"/deliveries/{id}/send-again", {})
    await post.happens(Stage.PICKED_UP, waybill="W100002")

    said = [(line["waybill"], line["says"]) for line in (await post.see(id))["history"]]
    assert ("W100001", "已退回寄件人") in said
    assert ("W100002", "快递已取件") in said


async def test_the_history_of_materials_is_told_in_their_words(post):
    case = await post.matter()
    id = await post.begun(case_id=case, direction="in")

    says = [line["says"] for line in (await post.see(id))["history"]]
    assert "已预约快递上门取件，请准备好材料并封装。" in says


async def test_a_department_hands_over_a_licence_by_name(post):
    case = await post.matter()
    id = await post.begun(case_id=case, direction="in")
    own = {"courier": "post", "waybill": "W777777"}
    with pytest.raises(NoSuchDelivery):
        await post.department("delivery.handed_over", delivery_id=id, **own)
    with pytest.raises(ValueError, match="delivery_id or case_no is wanted"):
        await post.department("delivery.handed_over", **own)


async def test_of_one_matter_one_delivery_is_alive(post):
    id = await post.sent()
    await post.happens(Stage.PICKED_UP)
    case = (await post.see(id))["case_id"]
    await post.town.hall("POST", f"/deliveries/{id}/lost")
    other = await post.begun(case_id=case)
    refused = await post.town.hall("POST", f"/deliveries/{id}/send-again", {})
    assert (refused.status, refused.code) == (409, "delivered_already")

    await post.do(other, "cancel")
    assert (await post.town.hall("POST", f"/deliveries/{id}/send-again", {})).status == 200
    await post.work()
    assert (await post.ask_for(case_id=case)).code == "delivered_already"


async def test_a_cancelled_delivery_is_handed_over_unless_it_was_asked_for_anew(post):
    case = await post.matter()
    id = await post.begun(case_id=case)
    await post.do(id, "cancel")
    other = await post.begun(case_id=case)
    own = {"delivery_id": id, "courier": "post", "waybill": "W777777"}
    with pytest.raises(DeliveredAlready):
        await post.department("delivery.handed_over", **own)

    await post.do(other, "cancel")
    await post.department("delivery.handed_over", **own)
    assert (await post.ask_for(case_id=case)).code == "delivered_already"


async def test_a_licence_that_was_delivered_is_not_asked_for_again(post):
    id = await on_its_way(post)
    case = (await post.see(id))["case_id"]
    await post.happens(Stage.SIGNED)

    assert (await post.ask_for(case_id=case)).code == "delivered_already"
    assert await post.begun(case_id=case, direction="in")


async def test_a_delivery_its_courier_found_again_is_not_asked_for_anew(post):
    id = await post.sent()
    await post.happens(Stage.PICKED_UP)
    case = (await post.see(id))["case_id"]
    await post.town.hall("POST", f"/deliveries/{id}/lost")
    await post.happens(Stage.RETURNED)

    assert (await post.see(id))["state"] == "returned"
    assert (await post.ask_for(case_id=case)).code == "delivered_already"


async def test_what_a_courier_says_of_its_staff_is_shown_to_nobody(post):
    id = await post.sent()
    text = "【杭州】投递员：王建国，电话13512345678，正在派送"
    await post.happens(Stage.OUT_FOR_DELIVERY, text=text, place="文新站 投递员王建国")

    seen = await post.see(id)
    assert "【杭州】投递员：***，电话***，正在派送" in [line["says"] for line in seen["history"]]
    kept = json.dumps(await post.town.gateway.store.get("deliveries", id), ensure_ascii=False)
    assert [
        word for word in ("王建国", "13512345678", "李雷", "文三路", "13900139000") if word in kept
    ] == []


@pytest.mark.parametrize("signed", [True, False])
async def test_whatever_way_staff_is_named_nobody_reads_it_anywhere(post, caplog, signed):
    id = await post.sent()
    post.town.clock.move(seconds=60)
    named = post.scan(
        None, code="王建国13512345678", place="西湖部王建国13512345678", text="王建国已揽收"
    )
    by_the_way = post.scan(
        Stage.PICKED_UP, text="【西湖营业部】的【王建国】（１３５１２３４５６７８）已揽件"
    )
    await post.push(named, by_the_way, signed=signed, gave_up="收件人王建国13512345678")
    post.courier.known["W100001"] = [named, by_the_way]
    await post.passes(minutes=2)

    operated = (await post.town.hall("GET", f"/deliveries/{id}")).body
    kept = await post.town.gateway.store.get("deliveries", id)
    for shown in (await post.see(id), operated, kept, [vars(line) for line in caplog.records]):
        text = json.dumps(shown, ensure_ascii=False, default=str)
        assert not [each for each in ("王建国", "1351234", "１３５") if each in text]
    assert ("西湖部", "快递有新的动态") in [
        (line["place"], line["says"]) for line in operated["history"]
    ]


async def test_who_asks_for_what_is_not_to_be_had_is_told_why(post):
    case = await post.matter()
    for refused, body in (
        ("no_such_matter", {"case_id": "C0"}),
        ("no_such_matter", {"appointment_id": "A0"}),
        ("no_such_matter", {}),
        ("nothing_to_deliver", {"case_id": case, "service": "XX-XX-99"}),
        ("no_such_courier", {"case_id": case, "courier": "third"}),
        ("no_such_courier", {"case_id": case, "courier": "other", "direction": "in"}),
        ("consent_missing", {"case_id": case, "consents": ["address"]}),
        ("consent_outdated", {"case_id": case, "policy_version": "0"}),
        ("invalid", {"case_id": case, "recipient": RECIPIENT | {"phone": "123"}}),
        ("invalid", {"case_id": case, "recipient": RECIPIENT | {"name": "\u0007"}}),
        ("invalid", {"case_id": case, "recipient": RECIPIENT | {"street": "路\u0000号"}}),
    ):
        answer = await post.ask_for(**body)
        assert answer.code == refused, (refused, answer)
    assert (await post.ask_for("two", case_id=case)).code == "no_such_matter"

    id = await post.begun(case_id=case, key="same")
    again = await post.ask_for(case_id=case, key="same")
    assert again.body["delivery_id"] == id
    assert (await post.ask_for(case_id=case, key="same", courier="other")).code == (
        "idempotency_mismatch"
    )
    assert (await post.ask_for(case_id=case)).code == "delivered_already"
    other = await post.town.citizen("two", "GET", f"/deliveries/{id}")
    assert (other.status, other.code) == (404, "no_such_delivery")


async def test_a_withdrawn_consent_ends_what_is_not_sent_and_says_what_was_given_away(post):
    data = post.town.gateway.table.offered(PersonalData)["licence_delivery"]
    case = await post.matter()
    id = await post.begun(case_id=case)
    person = (await post.town.gateway.store.get("deliveries", id))["person"]
    given = await data.consents(person)
    assert [each.purpose for each in given] == ["address", "courier"]

    assert "寄送已取消" in await data.withdraw(person, given[1].id, post.now)
    assert (await post.see(id))["state"] == "cancelled"
    await post.issue()
    ordered = await post.begun(case_id=case)
    assert "正在向快递公司申请取消" in await data.withdraw(person, f"{ordered}C1", post.now)
    await post.work()
    assert (await post.see(ordered))["state"] == "cancelled"
    sent = await post.begun(case_id=case)
    await post.happens(Stage.PICKED_UP, waybill="W100002")
    assert "已提供给快递公司" in await data.withdraw(person, f"{sent}C1", post.now)
    assert (await post.see(sent))["state"] == "picked_up"
    assert await data.withdraw("nobody", f"{sent}C1", post.now) is None


async def withdrawn(post, id):
    data = post.town.gateway.table.offered(PersonalData)["licence_delivery"]
    person = (await post.town.gateway.store.get("deliveries", id))["person"]
    says = await data.withdraw(person, f"{id}C1", post.now)
    await post.work()
    return says


async def test_who_withdrew_a_consent_is_named_to_no_courier_again(post):
    id = await on_its_way(post)
    await withdrawn(post, id)
    await post.happens(Stage.RETURNED)

    refused = await post.town.hall("POST", f"/deliveries/{id}/send-again", {"courier": "post"})
    assert (refused.status, refused.code) == (409, "consent_withdrawn")
    assert refused.body["message"] == "市民已撤回授权，不能再寄送；请联系市民到办事大厅领取或提交。"
    assert not (await post.see(id))["may_change_address"]
    assert len(post.courier.wishes) == 1
    assert post.departments.kinds.count("delivery.requested") == 1


async def test_an_order_nobody_made_yet_is_not_made_to_be_cancelled_after_a_withdrawal(post):
    case = await post.matter()
    await post.issue()
    post.courier.away = True
    id = await post.begun(case_id=case)
    assert "寄送已取消" in await withdrawn(post, id)

    post.courier.away = False
    await post.passes(hours=2)
    assert (post.courier.wishes, (await post.see(id))["state"]) == ([], "cancelled")


async def test_an_order_whose_answer_was_lost_is_taken_back_by_number_after_a_withdrawal(post):
    _, id = await begun_unanswered(post)
    await withdrawn(post, id)

    post.courier.down = False
    await post.passes(hours=2)
    assert (len(post.courier.wishes), post.courier.cancelled) == (1, [f"{id}-1"])


async def test_a_department_hands_over_nothing_of_who_withdrew(post):
    case = await post.matter()
    id = await post.begun(case_id=case)
    await withdrawn(post, id)

    with pytest.raises(ConsentWithdrawn):
        await post.department(
            "delivery.handed_over", delivery_id=id, courier="post", waybill="W777777"
        )
    assert post.courier.followed == []


async def test_a_telephone_is_given_to_nobody_new_after_a_withdrawal(post):
    case = await post.matter()
    id = await post.begun(case_id=case)
    own = {"delivery_id": id, "courier": "post", "waybill": "W777777"}
    await told(post.town, "delivery.handed_over", **own)  # its courier is asked nothing yet
    await withdrawn(post, id)
    await post.happens(Stage.PICKED_UP, waybill="W777777")

    assert post.courier.questions[-1].phone is None


@pytest.mark.parametrize("by_department", [True, False])
async def test_a_courier_that_has_had_the_telephone_is_asked_with_it_after_a_withdrawal(
    post, by_department
):
    if by_department:
        id = await post.begun(case_id=await post.matter())
        own = {"delivery_id": id, "courier": "post", "waybill": "W100001"}
        await post.department("delivery.handed_over", **own)
    else:
        id = await post.sent()
    await post.happens(Stage.PICKED_UP)
    await withdrawn(post, id)
    await post.push(signed=True, moved_to="other")
    await post.passes(minutes=3)
    assert [each.phone for each in post.other.questions] == [None]  # that one would be somebody new

    await post.happens(Stage.SIGNED)
    assert post.courier.questions[-1].phone == Phone(RECIPIENT["phone"])
    assert (await post.see(id))["state"] == "signed"


async def test_what_is_cancelled_while_its_courier_is_away_is_cancelled_at_once(post):
    case, id = await begun_unanswered(post)
    assert (await post.do(id, "cancel")).body["state"] == "cancelled"
    assert (await post.ask_for(case_id=case)).status == 201

    post.courier.down = False
    await post.passes(hours=2)
    assert post.courier.cancelled == [f"{id}-1"]
    assert (await post.see(id))["state"] == "cancelled"


async def test_an_order_found_out_too_late_to_be_taken_back_goes_on(post):
    _, id = await begun_unanswered(post)
    await post.do(id, "cancel")

    post.courier.down, post.courier.fetched = False, True
    await post.passes(hours=1)
    await post.happens(Stage.PICKED_UP)
    seen = await post.see(id)
    assert (seen["state"], seen["waybill"]) == ("picked_up", "W100001")
    assert "快递已取件，未能取消，寄送继续" in [line["says"] for line in seen["history"]]


async def test_materials_brought_by_hand_need_no_courier(post):
    case = await post.matter()
    post.courier.away = True
    id = await post.begun(case_id=case, direction="in")
    await post.department("materials.received", delivery_id=id)

    post.courier.away = False
    await post.passes(hours=2)
    assert (await post.see(id))["state"] == "signed"
    assert post.courier.cancelled == [f"{id}-1"]  # found out, and taken back at once
    assert await post.wanting() == []


async def test_materials_that_came_though_no_courier_took_them_are_on_no_list(post):
    case = await post.matter()
    post.courier.refuses = "超出派送范围"
    id = await post.begun(case_id=case, direction="in")
    await post.department("materials.received", delivery_id=id)

    assert (await post.see(id))["state"] == "signed"
    assert await post.wanting() == []


async def test_a_courier_that_stays_away_holds_nobody_up(post):
    case = await post.matter()
    await post.issue()
    post.courier.away = True
    id = await post.begun(case_id=case)
    await post.passes(days=6)
    listed = await post.wanting()
    assert [line["delivery_id"] for line in listed] == [id]

    again = await post.town.hall("POST", f"/deliveries/{id}/send-again", {"courier": "other"})
    assert again.status == 200
    assert await post.wanting() == []
    own = {"delivery_id": id, "courier": "other", "waybill": "W777777"}
    assert (await post.department("delivery.handed_over", **own))["state"] == "waybill"

    post.courier.away = False
    await post.passes(hours=6)
    assert post.courier.cancelled == [f"{id}-1"]
    assert (await post.see(id))["waybill"] == "W777777"


async def test_two_parcels_of_one_delivery_are_a_persons_to_see(post):
    _, id = await begun_unanswered(post)
    own = {"delivery_id": id, "courier": "other", "waybill": "W777777"}
    await post.department("delivery.handed_over", **own)

    post.courier.down, post.courier.fetched = False, True
    await post.passes(hours=1)
    [line] = await post.wanting()
    assert (line["delivery_id"], line["why"]) == (id, "twice_sent")


async def wanted(post):
    return sorted((line["delivery_id"], line["why"]) for line in await post.wanting())


async def test_a_cancelled_parcel_fetched_while_another_is_sent_is_a_persons_to_see(post):
    case, id = await begun_unanswered(post)
    await post.do(id, "cancel")
    other = await post.begun(case_id=case)

    post.courier.down, post.courier.fetched = False, True
    await post.passes(hours=1)
    await post.happens(Stage.PICKED_UP)
    assert await wanted(post) == sorted([(id, "twice_sent"), (other, "twice_sent")])

    await post.happens(Stage.SIGNED)
    assert (await post.see(id))["state"] == "signed"
    assert await wanted(post) == [(other, "twice_sent")]


async def test_a_cancelled_parcel_fetched_all_the_same_is_the_only_one(post):
    _, id = await begun_unanswered(post)
    await post.do(id, "cancel")

    post.courier.down, post.courier.fetched = False, True
    await post.passes(hours=1)
    assert (await post.see(id))["state"] == "waybill"
    assert await wanted(post) == []


@pytest.mark.parametrize("found", [Stage.OUT_FOR_DELIVERY, Stage.SIGNED])
async def test_a_lost_parcel_found_while_another_is_sent_is_a_persons_to_see(post, found):
    id = await on_its_way(post)
    await post.town.hall("POST", f"/deliveries/{id}/lost")
    await post.town.hall("POST", f"/deliveries/{id}/send-again", {})
    await post.work()
    await post.happens(found)
    assert await wanted(post) == [(id, "twice_sent")]

    await post.happens(Stage.PICKED_UP, waybill="W100002")
    assert await wanted(post) == [(id, "twice_sent")]
    await post.happens(Stage.SIGNED, waybill="W100002")
    assert await wanted(post) == []


async def test_what_came_back_and_is_sent_again_is_sent_once(post):
    id = await on_its_way(post)
    await post.happens(Stage.RETURNING)
    await post.town.hall("POST", f"/deliveries/{id}/lost")
    await post.town.hall("POST", f"/deliveries/{id}/send-again", {})
    await post.work()
    await post.happens(Stage.RETURNED)

    assert await wanted(post) == []


async def test_what_is_kept_about_a_person_is_handed_out_and_forgotten(post):
    data = post.town.gateway.table.offered(PersonalData)["licence_delivery"]
    id = await on_its_way(post)
    person = (await post.town.gateway.store.get("deliveries", id))["person"]
    [exported] = (await data.export(person))["deliveries"]
    assert exported["recipient"]["street"] == RECIPIENT["street"]
    assert len(await data.open_matters(person)) == 1
    await data.erase(person, post.now)
    assert (await post.see(id))["recipient"] != ""  # it is open: first it must end
    assert "data.erased" not in [kind for kind, _ in post.departments.events.values()]

    await post.happens(Stage.SIGNED, text="已签收，签收人李雷")
    assert await data.open_matters(person) == []
    post.town.clock.move(seconds=1)
    for _ in range(2):
        await data.erase(person, post.now)
    kept = await post.town.gateway.store.get("deliveries", id)
    assert (kept["recipient"], "person" in kept, kept["tokens"]) == ("", False, [])
    assert {scan.get("text", "") for scan in kept["attempts"][0]["scans"]} == {""}
    operated = (await post.town.hall("GET", f"/deliveries/{id}")).body
    assert (operated["state"], operated["unlinked"]) == ("signed", True)
    assert (await post.town.citizen("one", "GET", f"/deliveries/{id}")).status == 404


@pytest.mark.parametrize("asked", [True, False])
async def test_words_of_a_courier_that_come_after_an_erasure_are_not_kept(post, asked):
    data = post.town.gateway.table.offered(PersonalData)["licence_delivery"]
    id = await on_its_way(post)
    await post.happens(Stage.SIGNED)
    person = (await post.town.gateway.store.get("deliveries", id))["person"]
    post.town.clock.move(seconds=1)
    await data.erase(person, post.now)

    late = post.scan(Stage.IN_TRANSIT, code="late", text="已签收，感谢使用")
    post.courier.known["W100001"].append(late)
    post.courier.away = not asked
    await post.push(*([] if asked else [late]), signed=True)
    await post.passes(minutes=2)
    kept = await post.town.gateway.store.get("deliveries", id)
    [scan] = [each for each in kept["attempts"][0]["scans"] if each["code"] == "late"]
    assert (scan.get("text", ""), "asked_at" in scan) == ("", asked)


async def test_where_is_it_is_told_by_any_number(post):
    id = await on_its_way(post)
    [story] = [each for each in post.town.gateway.table.stories if each.about == "deliveries"]
    case = (await post.see(id))["case_id"]

    for number in (id, f"{id}-1", "W100001", case, "2026-1"):
        told = await story.tell(number)
        lines = [line.text for line in told.lines]
        assert lines[0].startswith(f"Delivery {id} (out): out_for_delivery")
        assert "; the courier says so when asked, 2026-03-09 " in lines[1]
        assert [line for line in told.lines if line.at is not None]
    assert await story.tell("W0") is None


async def test_the_courier_stops_pushing(post):
    id = await post.sent()
    await post.push(gave_up="60天无变化")
    await post.push(moved_to="other")
    await post.passes(minutes=3)
    assert post.other.questions == []
    untouched = await post.see(id)
    assert untouched["courier"]["name"] == "示例速递"
    assert "快递公司停止推送，系统继续查询" not in [line["says"] for line in untouched["history"]]
    await post.push(signed=True, gave_up="60天无变化")
    await post.push(signed=True, gave_up="60天无变化")
    says = [line["says"] for line in (await post.see(id))["history"]]
    assert says.count("快递公司停止推送，系统继续查询") == 1


async def test_a_parcel_moves_to_a_courier_that_knows_it_and_back(post):
    id = await post.sent()

    async def has_it() -> str:
        await post.passes(minutes=3)
        return (await post.see(id))["courier"]["name"]

    await post.push(signed=True, moved_to="other")
    assert await has_it() == "示例速递"  # the other was asked, and does not know it

    post.other.known["W100001"] = [post.scan(Stage.IN_TRANSIT)]
    await post.push(signed=True, moved_to="other")
    assert await has_it() == "别家速递"
    assert (await post.see(id))["state"] == "in_transit"
    assert await post.push(signed=True, moved_to="nobody")  # by the first courier, still
    assert await has_it() == "别家速递"

    post.courier.known["W100001"] = [post.scan(Stage.SIGNED)]
    assert await post.push(signed=True, courier="other", moved_to="post")
    assert await has_it() == "示例速递"
    assert (await post.see(id))["state"] == "signed"


class Tally(list):
    unknown_code = list.append


@pytest.mark.parametrize("pushed", [True, False])
async def test_a_code_no_table_has_is_counted_and_logged_once(post, caplog, pushed):
    tally = Tally()
    post.town.gateway.table.offer(UnknownCodes, "played", tally)
    await post.sent()
    strange = post.scan(None, code="9517")
    post.courier.known["W100001"] = [strange]
    if pushed:
        await post.push(strange)
    await post.passes(hours=13)

    assert tally == ["post"]
    logged = [line for line in caplog.records if getattr(line, "action", "") == "unknown_code"]
    assert [(line.courier, line.courier_code) for line in logged] == [("post", "9517")]


async def test_a_second_waybill_of_our_order_is_a_reason_to_ask_for_the_first(post):
    id = await post.sent()
    await post.passes(minutes=2)
    post.courier.known["W100001"] = [post.scan(Stage.PICKED_UP)]

    tally = Tally()
    post.town.gateway.table.offer(UnknownCodes, "played", tally)
    child = {"waybill": "W100001002", "number": f"{id}-1"}
    assert await post.push(post.scan(Stage.SIGNED), post.scan(None, code="9517"), **child)
    await post.passes(minutes=2)

    assert ((await post.see(id))["state"], tally) == ("picked_up", [])
    assert not await post.push(post.scan(Stage.SIGNED), waybill="W9", number=f"{id}-2")


async def test_what_a_citizen_may_do_next_is_what_they_may(post):
    _, id = await begun_unanswered(post)
    seen = await post.see(id)
    assert (seen["state"], seen["may_change_address"]) == ("packed", False)
    assert "地址已不能修改" in seen["next"]

    post.courier.down = False
    await post.passes(minutes=2)
    post.courier.down = True
    await post.do(id, "cancel")
    seen = await post.see(id)
    assert (seen["may_cancel"], seen["next"][:9]) == (False, "请等候快递公司答复")


async def test_while_a_move_is_found_out_both_couriers_may_speak_of_the_parcel(post):
    id = await post.sent()
    await post.push(signed=True, moved_to="other")

    for courier in ("post", "other"):
        assert await post.push(post.scan(Stage.PICKED_UP), signed=True, courier=courier)
    assert (await post.see(id))["state"] == "picked_up"


@pytest.mark.parametrize("text", ["请加微信领取赔偿", "快件已签收"])
async def test_what_anybody_may_have_pushed_is_read_by_operators_alone(post, text):
    id = await post.sent()
    forged = post.scan(Stage.SIGNED, code="80", place="某地", text=text)
    await post.push(forged)

    assert "unconfirmed" not in [line["how"] for line in (await post.see(id))["history"]]
    operated = (await post.town.hall("GET", f"/deliveries/{id}")).body
    assert [line["says"] for line in operated["history"] if line["how"] == "unconfirmed"] == [
        "已签收"
    ]
    # The same scan, said by the courier itself, has the courier's words.
    post.courier.known["W100001"] = [replace(forged, text="已签收，感谢使用")]
    await post.push(forged)
    await post.passes(minutes=2)
    assert "已签收，感谢使用" in [line["says"] for line in (await post.see(id))["history"]]


async def test_a_push_that_a_secret_vouches_for_brings_a_waybill_whose_answer_was_lost(post):
    _, id = await begun_unanswered(post)
    forged = post.scan(Stage.PICKED_UP)
    assert await post.push(forged, waybill="W666666", number=f"{id}-1")
    assert (await post.see(id))["waybill"] == ""

    picked_up = post.scan(Stage.PICKED_UP)
    assert await post.push(picked_up, signed=True, number=f"{id}-1")
    seen = await post.see(id)
    assert (seen["waybill"], seen["state"]) == ("W100001", "picked_up")
    await post.push(post.scan(Stage.RETURNING), signed=True, number=f"{id}-1", waybill="W666666")
    seen = await post.see(id)
    assert (seen["waybill"], seen["state"]) == ("W100001", "picked_up")


async def test_a_late_push_of_the_first_parcel_is_none_of_the_seconds(post):
    id = await on_its_way(post)
    await post.happens(Stage.RETURNED)
    post.courier.down = True
    await post.town.hall("POST", f"/deliveries/{id}/send-again", {})
    await post.work()

    late = post.scan(Stage.OUT_FOR_DELIVERY, hours=-1)
    assert await post.push(late, signed=True, number=f"{id}-1")
    assert await post.push(late, signed=True)
    await post.push(late, signed=True, number=f"{id}-1", waybill="W666666")
    assert ((await post.see(id))["state"], (await post.see(id))["waybill"]) == ("packed", "")


async def test_of_several_messages_that_could_not_be_told_the_newest_alone_is(post):
    id = await post.sent()
    post.messenger.away = True
    for stage in (*WAY, Stage.NOT_DELIVERED):
        await post.happens(stage)
    post.messenger.away = False
    await post.passes(hours=1)

    assert (await post.see(id))["state"] == "not_delivered"
    assert post.messenger.happenings == ["not_delivered"]


async def test_a_second_try_is_told_like_the_first_and_a_first_one_once(post):
    await on_its_way(post)
    await post.happens(Stage.NOT_DELIVERED)
    await post.passes(hours=20)
    await post.happens(Stage.OUT_FOR_DELIVERY)
    await post.push(post.courier.known["W100001"][2], signed=True)  # the first one, again

    assert post.messenger.happenings == [
        "sent",
        "out_for_delivery",
        "not_delivered",
        "out_for_delivery",
    ]


async def test_a_platform_that_was_away_is_told_how_it_stands_now(post):
    await post.sent()
    post.cards.away = True
    shown = len(post.cards.shown)
    for stage in WAY:
        await post.happens(stage)
    post.cards.away = False
    await post.passes(hours=1)

    assert [card.stage for card in post.cards.shown[shown:]] == [Stage.OUT_FOR_DELIVERY]


async def test_a_licence_issued_while_its_delivery_is_asked_for_is_packed(post):
    case = await post.matter()
    cases = post.town.gateway.table.parts[Cases]
    cases["case"] = HastyCases(cases["case"], post.issue)

    id = await post.begun(case_id=case)
    assert (await post.see(id))["state"] == "waybill"


async def test_a_courier_that_does_not_know_the_waybill_yet_is_asked_again(post):
    id = await post.sent()
    post.courier.knows_nothing = True
    await post.passes(hours=5)
    post.courier.knows_nothing = False
    post.courier.known["W100001"] = [post.scan(Stage.PICKED_UP)]
    await post.passes(hours=2)

    assert (await post.see(id))["state"] == "picked_up"
    assert await post.wanting() == []


async def test_a_list_of_deliveries_comes_page_by_page(post):
    case = await post.matter()
    made = []
    for _ in range(22):
        made.append(await post.begun(case_id=case))
        await post.do(made[-1], "cancel")
        await post.passes(seconds=1)
    first = (await post.town.citizen("one", "GET", "/deliveries")).body
    rest = (await post.town.citizen("one", "GET", f"/deliveries?after={first['next']}")).body
    seen = [each["delivery_id"] for each in (*first["deliveries"], *rest["deliveries"])]
    assert seen == made[::-1]


async def test_a_scan_told_twice_is_one_however_fine_its_moment_is(post):
    id = await post.sent()
    post.town.clock.move(seconds=0.0001234)
    await post.happens(Stage.PICKED_UP)
    await post.push(*post.courier.known["W100001"])

    assert len((await post.town.gateway.store.get("deliveries", id))["attempts"][0]["scans"]) == 1


async def test_a_citizen_chooses_a_courier_by_the_name_they_know(post):
    path = f"/services/{SERVICE}/couriers"
    there = (await post.town.call("GET", path)).body["couriers"]

    assert there == [
        {"code": "post", "name": "示例速递", "hotline": "95000"},
        {"code": "other", "name": "别家速递", "hotline": "95001"},
    ]
    del post.town.gateway.table.offered(Courier)["post"]  # nobody speaks with it
    assert (await post.town.call("GET", path)).body["couriers"] == there[1:]
    assert (await post.town.call("GET", "/services/ZZ-ZZ-01/couriers")).code == "nothing_to_deliver"
