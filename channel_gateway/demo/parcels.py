"""The main journey of a licence: issued, sent by courier, signed for, told at every step."""

from datetime import UTC, datetime

from channel_gateway.demo.players import Answer, Citizen, Operator
from channel_gateway.demo.scene import Scene
from channel_gateway.demo.telling import expect, step, until
from channel_gateway.demo.visits import ID_NUMBER, NAME, proven

LICENCE, BUREAU = "SC-YZ-16", "market_regulation"
RECIPIENT = {
    "name": NAME,
    "phone": "13800138000",
    "province": "浙江省",
    "city": "示例市",
    "district": "示例区",
    "street": "文三路90号2幢301室",
}


async def a_licence_to_the_door(scene: Scene) -> None:
    """A licence by SF, whose pushes nobody signs: what ends a delivery is asked for."""
    citizen = await proven(scene, "wechat")
    await scene.control("POST", "/wechat/templates", _template("wechat-sent"))
    await _open_doors(scene)
    case = await _issued(scene, citizen)
    shown = await citizen.call("GET", f"/services/{LICENCE}")
    wish: Answer = {
        "service": LICENCE,
        "case_id": case,
        "courier": "sf",
        "recipient": RECIPIENT,
        "consents": ["address", "courier"],
        "policy_version": shown["policy_version"],
    }
    asked = await citizen.call("POST", "/deliveries", wish, status=201)
    step("citizen", "gives an address, and the courier's consent apart")
    path = f"/deliveries/{asked['delivery_id']}"
    sent = await until(
        "SF to give a waybill",
        lambda: citizen.call("GET", path),
        lambda told: bool(told["waybill"]),
    )
    step("courier", f"SF takes the order: waybill {sent['waybill']}")
    doubled = {"platform": "couriers", "kind": "notify_doubled", "order": sent["waybill"]}
    await scene.control("POST", "/faults", doubled | {"times": 3})
    play = {"script": "signed", "pause_s": 0}
    await scene.control("POST", f"/couriers/parcels/{sent['waybill']}/play", play)
    seen = await until(
        "the courier to say that it is signed for",
        lambda: citizen.call("GET", path),
        lambda told: told["state"] == "signed",
    )
    asked_for = seen["known_by"]["how"] == "asked"
    expect("what ends a delivery was asked for, not believed", holds=asked_for)
    step("gateway", f"asked SF itself: {seen['says']}")
    inbox = await until(
        "the inbox to say so",
        lambda: citizen.call("GET", "/messages"),
        lambda told: any(each["happening"] == "signed" for each in told["messages"]),
    )
    step("citizen", f"reads: {inbox['messages'][0]['text']}")
    await until(
        "the case to be delivered",
        lambda: citizen.call("GET", f"/cases/{case}"),
        lambda told: told["state"] == "delivered",
    )
    step("gateway", "closed the case: its result is delivered (送达)")


async def _issued(scene: Scene, citizen: Citizen) -> str:
    """The bureau has granted the citizen's case, and issued the licence; our id of the case."""
    number = f"示市监〔2026〕{datetime.now(UTC):%H%M%S}"
    at = datetime.now(UTC).isoformat()
    whose = {"name": NAME, "id_number": ID_NUMBER}
    progress = {"case_no": number, "service": LICENCE, "state": "decided", "at": at}
    await _called(scene, "case.progress", progress | {"outcome": "granted", "citizen": whose})
    await _called(scene, "licence.issued", {"case_no": number, "name": "营业执照", "at": at})
    step("department", f"granted {number}, and issued the licence")
    told = await citizen.call("GET", "/cases")
    return next(str(each["case_id"]) for each in told["cases"] if each["case_no"] == number)


async def _called(scene: Scene, kind: str, data: Answer) -> None:
    call = {"type": kind, "data": data, "to": scene.gateway_url}
    called = await scene.control("POST", f"/departments/{BUREAU}/calls", call)
    answers = [each["status"] for each in called["answers"]]
    expect(f"the department's signed {kind} is taken", holds=answers == [200])


async def _open_doors(scene: Scene) -> None:
    """SF signs nothing: its console is given an address that nobody can guess."""
    told = await Operator(scene).call("GET", "/operator/doors")
    door = next(each for each in told["doors"] if each["name"] == "sf_routes")
    url = door["keys"][-1]["address"]
    await scene.control("POST", "/couriers/sf/push-address", {"url": url, "gather_s": 0})
    step("operator", f"gives SF its door: {url.rpartition('/')[0]}/…")


def _template(name: str) -> Answer:
    return {"template_id": name, "keys": ["thing1", "character_string2"], "long_term": True}
