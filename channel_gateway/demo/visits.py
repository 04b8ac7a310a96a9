"""The main journeys of a visit to a hall: one person on two channels, a place paid beforehand."""

from channel_gateway.demo.players import Answer, Citizen
from channel_gateway.demo.scene import Scene
from channel_gateway.demo.telling import expect, step, until, yuan

# Nobody: no region has the code 990101.
NAME, ID_NUMBER = "林示例", "990101199001010019"
TEST, TEST_HALL, POLICE = "GA-KS-07", "kaochang", "vehicle_administration"
PASSPORT, PASSPORT_HALL, BORDER = "GA-HZ-01", "crj_center", "exit_entry"


async def one_person_on_two_channels(scene: Scene) -> None:
    """One person, two apps: a test booked in WeChat, paid in Alipay; cancelled, its fee returns."""
    in_wechat = await proven(scene, "wechat")
    slot = await _first_slot(in_wechat, TEST, TEST_HALL)
    held = await in_wechat.call("POST", "/appointments", _test(slot), status=201)
    step("gateway", f"holds a place: {held['says']}")
    seen = f"/appointments/{held['appointment_id']}"
    held = await until(
        "the notice for the fee",
        lambda: in_wechat.call("GET", seen),
        lambda told: told["fee"] is not None,
    )
    step("finance", f"issued the notice {held['fee']['pay_code']}")

    in_alipay = await proven(scene, "alipay")
    booked = await in_alipay.call("GET", seen)
    expect("what was booked in WeChat is seen in Alipay", holds=booked["state"] == "held")
    step("citizen", "sees the same place in Alipay")
    fee = booked["fee"]
    asked = {"pay_code": fee["pay_code"], "total_fen": fee["total_fen"]}
    order = await in_alipay.call("POST", "/orders", asked, status=201)
    await in_alipay.pay(order)
    confirmed = await until(
        "the place to be confirmed",
        lambda: in_wechat.call("GET", seen),
        lambda told: told["state"] == "confirmed",
    )
    step("citizen", f"sees in WeChat: {confirmed['says']}")
    await _told(scene, POLICE, "appointment.booked", held["appointment_id"])

    await until(
        "finance to book the fee",
        lambda: in_wechat.call("GET", f"/orders/{order['order_id']}"),
        lambda told: told["state"] in ("confirmed", "receipted"),
    )
    await in_wechat.call("POST", f"{seen}/cancel")
    step("citizen", "cancels in WeChat, in time")
    returned = await in_alipay.sees(order, "returned")
    step("gateway", f"gave {yuan(returned['amount_fen'])} back: {returned['refunds'][0]['reason']}")


async def a_day_the_hall_cancels(scene: Scene) -> None:
    """A department cancels its hall's day: who had booked is told, and takes another slot."""
    citizen = await proven(scene, "wechat")
    slot = await _first_slot(citizen, PASSPORT, PASSPORT_HALL)
    agreed = {"openid": citizen.openid, "template_id": "wechat-booked"}
    await scene.control("POST", "/wechat/consents", agreed)
    booked = await citizen.call("POST", "/appointments", _passport(slot), status=201)
    step("citizen", f"sees: {booked['says']}")
    phone = await until(
        "a message on the phone",
        lambda: scene.control("GET", f"/wechat/phones/{citizen.openid}/messages"),
        lambda told: bool(told["messages"]),
    )
    step("citizen", f"has on the phone: {'，'.join(phone['messages'][0]['data'].values())}")
    seen = f"/appointments/{booked['appointment_id']}"
    day = {"service": PASSPORT, "hall": PASSPORT_HALL, "day": slot[:10], "reason": "设备检修"}
    called = await scene.control(
        "POST",
        f"/departments/{BORDER}/calls",
        {"type": "hall_day.cancel", "data": day, "to": scene.gateway_url},
    )
    answers = [each["status"] for each in called["answers"]]
    expect("the department's signed call is taken", holds=answers == [200])
    step("department", f"cancels {slot[:10]} by a signed call: {day['reason']}")
    gone = await until(
        "the citizen to be told",
        lambda: citizen.call("GET", seen),
        lambda told: told["state"] == "cancelled_by_hall",
    )
    step("citizen", f"sees: {gone['says']}")
    inbox = await until(
        "a message in the inbox",
        lambda: citizen.call("GET", "/messages"),
        lambda told: told["messages"][0]["happening"] == "hall_cancelled",
    )
    step("citizen", f"reads in the inbox: {inbox['messages'][0]['text']}")
    offer = gone["offers"][0]["slot"]
    moved = await citizen.call("POST", f"{seen}/reschedule", {"slot": offer})
    expect("the slot that was offered is there", holds=moved["state"] == "confirmed")
    step("citizen", f"takes what is offered: {moved['says']}")
    await _told(scene, BORDER, "appointment.moved", booked["appointment_id"])


async def proven(scene: Scene, channel: str) -> Citizen:
    """A citizen whose name the platform has proven by their face."""
    citizen = Citizen(scene, channel)
    await citizen.log_in()
    await citizen.call("PUT", "/me/identity", {"name": NAME, "id_number": ID_NUMBER})
    asked: Answer = {"consent": {"policy_version": "1"}}
    begun = await citizen.call("POST", "/me/real-name", asked)
    await citizen.show_face(begun["page"])
    asked = await citizen.call("POST", f"/me/real-name/{begun['proof_id']}/ask")
    expect("the face proves the name", holds=asked["state"] == "proven")
    step("citizen", f"shows their face in {channel}: {asked['says']}")
    return citizen


async def _first_slot(citizen: Citizen, service: str, hall: str) -> str:
    told = await citizen.call("GET", f"/services/{service}/halls/{hall}/slots")
    return next(str(each["slot"]) for each in told["slots"] if each["why_not"] is None)


async def _told(scene: Scene, department: str, kind: str, appointment: str) -> None:
    """The department has the event, by a signed webhook."""
    await until(
        f"{department} to hear of {kind}",
        lambda: scene.control("GET", f"/departments/{department}/events"),
        lambda told: any(
            each["type"] == kind and each["data"]["appointment_id"] == appointment
            for each in told["events"]
        ),
    )
    step("department", f"{department} took the signed webhook {kind}")


def _test(slot: str) -> Answer:
    answers = {"vehicle_class": "C1", "subject": "科目一"}
    return _asked(TEST, TEST_HALL, slot, answers)


def _passport(slot: str) -> Answer:
    answers = {"household": "示例市示例区", "photo_receipt": "1234567890"}
    return _asked(PASSPORT, PASSPORT_HALL, slot, answers)


def _asked(service: str, hall: str, slot: str, answers: Answer) -> Answer:
    own = {"applicant_name": NAME, "id_number": ID_NUMBER, "phone": "13800138000"}
    return {"service": service, "hall": hall, "slot": slot, "answers": own | answers}
