"""What the platform pushes of its own accord: to the address the console has, three times at most.

Source: developers.weixin.qq.com, "message push" (no answer within 5 seconds: three attempts) and
"subscribe message" (the three events). Inferred: every attempt is signed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_platforms.deliveries import Notice
from mock_platforms.faults import NOTICE, FaultKind
from mock_platforms.stage import Stage
from mock_platforms.wechat import push
from mock_platforms.wire import Headers, Outgoing, Response

TO_USER = "gh_97417a04a28d"
LADDER_S = (5, 5)
POPUP, CHANGE, SENT, OTHER = "push.popup", "push.change", "push.sent", "push.other"
KINDS = (POPUP, CHANGE, SENT, OTHER)
EVENTS = {
    POPUP: "subscribe_msg_popup_event",
    CHANGE: "subscribe_msg_change_event",
    SENT: "subscribe_msg_sent_event",
}

FAULTS = (
    FaultKind("push_forged", "Signed with a stranger's token.", NOTICE),
    FaultKind("push_stale", "Rightly signed, ten minutes ago: a replay.", NOTICE),
    FaultKind("push_wrong_app", "Rightly signed, sealed for another appid.", NOTICE),
    FaultKind("push_flipped", "A letter of what is sealed is changed on the way.", NOTICE),
)
SPOILS = tuple(kind.name for kind in FAULTS)
STALE_S = 600


@dataclass(frozen=True, slots=True)
class Address:
    """What the console has of a mini-program's server."""

    url: str
    mode: str = "safe"
    form: str = "json"


@dataclass
class Pushes:
    stage: Stage
    app_id: str
    token: str
    encoding_aes_key: str
    address: Address | None = None
    _decided: dict[str, int] = field(default_factory=dict)  # by openid: the last moment

    def listed(self, kind: str, openid: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Push an event about subscribe messages, if there is an address."""
        if self.address is None:
            return
        event = EVENTS[kind]
        orders = {openid, *(str(entry["MsgID"]) for entry in entries if "MsgID" in entry)}
        listed = push.listing(event, entries, self.address.form)
        told = {"FromUserName": openid, "MsgType": "event", "Event": event, **listed}
        self.post(kind, told if kind == SENT else {**told, **self._own_second(openid)}, orders)

    def post(self, kind: str, told: Mapping[str, Any], orders: set[str]) -> None:
        """Push a message to the address, until it is answered or was tried three times."""
        address = self.address
        if address is None:
            return
        message = self.message(told)
        self.stage.deliveries.post(
            Notice(
                platform="wechat",
                kind=kind,
                orders=orders,
                compose=lambda fault: self.compose(address, message, fault.kind if fault else ""),
                accepted=accepted,
                ladder_s=LADDER_S,
                spoils=SPOILS,
            )
        )

    def _own_second(self, openid: str) -> dict[str, int]:
        """The moment of a decision. Nobody answers two windows in one second: by WeChat's own rule
        (sender, moment, event) they would be one.
        """
        now = int(self.stage.clock.now().timestamp())
        self._decided[openid] = max(now, self._decided.get(openid, 0) + 1)
        return {"CreateTime": self._decided[openid]}

    def message(self, told: Mapping[str, Any]) -> dict[str, Any]:
        created = int(self.stage.clock.now().timestamp())
        return {"ToUserName": TO_USER, "CreateTime": created, **told}

    def compose(self, address: Address, message: Mapping[str, Any], spoil: str = "") -> Outgoing:
        """Sign and seal a message now; `spoil` is one of SPOILS, or nothing."""
        token = "another token" if spoil == "push_forged" else self.token
        app_id = "wx0000000000000000" if spoil == "push_wrong_app" else self.app_id
        timestamp = int(self.stage.signing_now().timestamp())
        timestamp -= STALE_S if spoil == "push_stale" else 0
        chance, nonce = self.stage.randomness, self.stage.randomness.digits(10)
        text = push.in_form(message, address.form)
        encrypted = push.encrypt(text, app_id, self.encoding_aes_key, chance.text(16).encode())
        openid = str(message.get("FromUserName", ""))
        asked = push.query(token, timestamp, nonce, encrypted, openid, address.mode)
        if spoil == "push_flipped":
            encrypted = flipped(encrypted)
        body = push.body(message, encrypted, address.mode, address.form)
        media = "application/json" if address.form == "json" else "text/xml"
        return Outgoing("POST", f"{address.url}?{asked}", Headers({"Content-Type": media}), body)


def flipped(encrypted: str) -> str:
    """Return the same with a letter in its midst changed."""
    place = len(encrypted) // 2
    other = "A" if encrypted[place] != "A" else "B"
    return encrypted[:place] + other + encrypted[place + 1 :]


def accepted(response: Response) -> bool:
    """Whether WeChat takes an answer for one: `success`, nothing, or a reply."""
    answer = response.body.strip()
    return response.status == 200 and (answer in (b"success", b"") or answer[:1] in (b"{", b"<"))
