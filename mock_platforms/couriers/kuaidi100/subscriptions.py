"""Who asked to be told of which parcel, and the telling: all rows again whenever one is new.

Ends: `shutdown` once it is signed for; `abort` after three days without a row, or sixty without a
new one. A parcel that is another courier's is looked for there after the three days.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import md5
from urllib.parse import urlencode

from mock_platforms.clock import Timer
from mock_platforms.couriers.kuaidi100.companies import code_of, may_see
from mock_platforms.couriers.kuaidi100.words import OVER, result, state_of
from mock_platforms.couriers.parcels import EVERY_COURIER, Parcel, Parcels, Scan
from mock_platforms.deliveries import Notice
from mock_platforms.faults import Fault
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Response

PUSH = "kuaidi100.push"
LADDER_S = (35 * 60,) * 3
NEVER_SEEN_S = 3 * 86400
AT_REST_S = 60 * 86400


@dataclass
class Subscription:
    com: str  # as it was subscribed
    number: str
    url: str
    salt: str | None
    detail: int  # resultv2
    phone: str
    right_com: str = ""  # the courier was corrected to this one
    status: str = "polling"
    gives_up: Timer | None = field(default=None, repr=False)

    @property
    def follows(self) -> str:
        return self.right_com or self.com


class Repeated(Exception):
    """It is subscribed, and still told of."""


class Subscriptions:
    def __init__(self, stage: Stage, parcels: Parcels) -> None:
        self._stage, self._parcels = stage, parcels
        self._kept: dict[str, dict[str, Subscription]] = {}  # by number and courier

    def begin(self) -> None:
        self._parcels.listen(EVERY_COURIER, self._heard)

    def all(self) -> list[Subscription]:
        return [each for of_number in self._kept.values() for each in of_number.values()]

    def of(self, number: str) -> list[Subscription]:
        return list(self._kept.get(number, {}).values())

    def subscribe(self, wish: Subscription) -> None:
        """Raises `Repeated`."""
        of_number = self._kept.setdefault(wish.number, {})
        standing = of_number.get(wish.com)
        if standing is not None and standing.status == "polling":
            raise Repeated
        of_number[wish.com] = wish
        if self.scans(wish):
            self._news(wish)
        else:
            self._give_up_after(wish, NEVER_SEEN_S, lambda: self._never_seen(wish))

    def scans(self, one: Subscription) -> list[Scan]:
        parcel = self._parcels.find(one.number)
        if parcel is None or code_of(parcel.courier) != one.follows:
            return []
        return parcel.newest_first() if may_see(parcel, one.follows, one.phone) else []

    def correct(self, one: Subscription, com: str) -> None:
        """It is another courier's: said as the end of the wrong one, then told of in its name."""
        self._push(one, "abort", "3天查询无记录", auto="0", old="", new=com)
        one.right_com, one.status = com, "polling"
        if self.scans(one):
            self._news(one)
        else:
            self._give_up_after(one, NEVER_SEEN_S, lambda: self._never_seen(one))

    def push_all(self, one: Subscription) -> None:
        """The whole again, because something in it was changed."""
        self._push(one, "updateall")

    def _heard(self, parcel: Parcel, scan: Scan) -> None:
        for one in self.of(parcel.waybill):
            if not self.scans(one):
                continue
            if one.status == "polling":
                self._news(one)
            elif one.status == "shutdown":
                self.push_all(one)

    def _news(self, one: Subscription) -> None:
        if state_of(self.scans(one)) in OVER:
            self._end(one, "shutdown", "")
            return
        self._give_up_after(one, AT_REST_S, lambda: self._end(one, "abort", "60天无变化"))
        self._push(one, "polling")

    def _never_seen(self, one: Subscription) -> None:
        parcel = self._parcels.find(one.number)
        if parcel is not None and parcel.scans and code_of(parcel.courier) != one.follows:
            self.correct(one, code_of(parcel.courier))
        else:
            self._end(one, "abort", "3天查询无记录")

    def _end(self, one: Subscription, status: str, message: str) -> None:
        if one.gives_up is not None:
            one.gives_up.cancel()
        one.status = status
        self._push(one, status, message)

    def _give_up_after(self, one: Subscription, seconds: float, end: Callable[[], None]) -> None:
        if one.gives_up is not None:
            one.gives_up.cancel()
        one.gives_up = self._stage.clock.after(seconds, end, f"{one.number} given up")

    def _push(
        self,
        one: Subscription,
        status: str,
        message: str = "",
        *,
        auto: str | None = None,
        old: str | None = None,
        new: str | None = None,
    ) -> None:
        corrected = bool(one.right_com)
        said = {
            "status": status,
            "billstatus": "",
            "message": message,
            "autoCheck": ("1" if corrected else "0") if auto is None else auto,
            "comOld": (one.com if corrected else "") if old is None else old,
            "comNew": one.right_com if new is None else new,
            "lastResult": result(self.scans(one), one.follows, one.number, one.detail),
        }
        param = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        self._stage.deliveries.post(
            Notice(
                platform="couriers",
                kind=PUSH,
                orders={one.number},
                compose=lambda fault: composed(one, param, fault),
                accepted=accepted,
                ladder_s=LADDER_S,
                spoils=("kuaidi100_push_forged", "kuaidi100_push_unsigned"),
            )
        )


def composed(one: Subscription, param: str, fault: Fault | None) -> Outgoing:
    form = {"param": param}
    if one.salt is not None and (fault is None or fault.kind != "kuaidi100_push_unsigned"):
        salt = "somebody else's" if fault else one.salt  # an empty one signs too
        form = {"sign": push_sign(param, salt), **form}
    kind = Headers({"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"})
    return Outgoing("POST", one.url, kind, urlencode(form).encode())


def push_sign(param: str, salt: str) -> str:
    return md5((param + salt).encode(), usedforsecurity=False).hexdigest().upper()


def accepted(response: Response) -> bool:
    """Nothing but this exact word counts."""
    try:
        said = json.loads(response.body)
    except ValueError:
        return False
    return (
        response.status == 200
        and isinstance(said, dict)
        and said.get("result") is True
        and said.get("returnCode") == "200"
    )
