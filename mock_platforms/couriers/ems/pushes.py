"""What EMS tells a customer by itself: several parcels' traces together, on a ladder.

A form whose msgBody is signed by dataDigest, Base64 of the hexadecimal MD5 of it and the key.
Ours, since nothing is published: the ladder. That responseState says whether it was accepted: the
classes of a public receiver.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import md5
from typing import Any
from urllib.parse import urlencode

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.couriers.ems.identity import Customer
from mock_platforms.couriers.ems.words import trace_of
from mock_platforms.couriers.moments import beijing_text
from mock_platforms.couriers.parcels import Parcel, Parcels, Scan
from mock_platforms.deliveries import Notice
from mock_platforms.faults import NOTICE, Fault, FaultKind
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Response

PUSH = "ems.push"
PLATFORM = "couriers"
LADDER_S = (60, 600, 1800, 3600, 4 * 3600, 12 * 3600)

FORGED = FaultKind(
    "ems_push_forged", "The push is signed with a key that is nobody's.", NOTICE, frozenset({PUSH})
)


class Pushes:
    def __init__(self, stage: Stage, parcels: Parcels, customer: Customer) -> None:
        self._stage, self._parcels, self._customer = stage, parcels, customer
        self._url = ""
        self._key = customer.push_keys[0]
        self._waiting: list[tuple[Parcel, dict[str, Any]]] = []
        self._gather_s = 0.0

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST", "/couriers/ems/push-address", self._set_address,
                "Where EMS pushes what happens to parcels; nowhere until this is said.",
                fields={
                    "url": "the whole address; empty: nowhere",
                    "gather_s?": "for how long traces are gathered into one push",
                },
                answers='{"url"}',
            ),
            ControlRoute(
                "POST", "/couriers/ems/rotate-push-key", self._rotate,
                "From now on pushes are signed with the second of push_keys.",
            ),
        ]  # fmt: skip

    def hear(self, parcel: Parcel, scan: Scan) -> None:
        """A scan is new, or was corrected."""
        trace = trace_of(parcel, scan)
        if trace is None or not self._url:
            return
        if not self._waiting:
            self._stage.clock.after(self._gather_s, self._flush, "ems traces gathered")
        self._waiting.append((parcel, trace))

    def _flush(self) -> None:
        told, self._waiting = self._waiting, []
        content = json.dumps(
            {"traces": [trace for _, trace in told]}, ensure_ascii=False, separators=(",", ":")
        )
        serial_no, url = self._stage.randomness.hex(32).upper(), self._url

        def compose(fault: Fault | None) -> Outgoing:
            return self._outgoing(url, serial_no, content, "nobody's" if fault else self._key)

        self._stage.deliveries.post(
            Notice(
                platform=PLATFORM,
                kind=PUSH,
                orders={number for parcel, _ in told for number in _orders(parcel)},
                compose=compose,
                accepted=accepted,
                ladder_s=LADDER_S,
                spoils=(FORGED.name,),
            )
        )

    def _outgoing(self, url: str, serial_no: str, content: str, key: str) -> Outgoing:
        sent = beijing_text(self._stage.clock.now())
        form = {
            "sendID": "JDPT",
            "proviceNo": "99",  # spelled so by the platform
            "msgKind": "JDPT_TRACE",
            "serialNo": serial_no,
            "sendDate": "".join(each for each in sent if each.isdigit()),
            "receiveID": self._customer.sender_no,
            "batchNo": "",
            "dataType": "1",
            "dataDigest": digest(content, key),
            "msgBody": content,
        }
        kind = Headers({"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"})
        return Outgoing("POST", url, kind, urlencode(form).encode())

    def _set_address(self, command: Command) -> dict[str, str]:
        url = command.text("url", "")
        if url and not url.startswith(("http://", "https://")):
            raise Refused("an address of http or https", field="url")
        self._url, self._gather_s = url, command.number("gather_s", 0)
        return {"url": url}

    def _rotate(self, _: Command) -> dict[str, str]:
        self._key = self._customer.push_keys[1]
        return {}


def digest(content: str, key: str) -> str:
    hexadecimal = md5((content + key).encode(), usedforsecurity=False).hexdigest()
    return b64encode(hexadecimal.encode()).decode()


def accepted(response: Response) -> bool:
    try:
        said = json.loads(response.body)
    except ValueError:
        return False
    return response.status == 200 and isinstance(said, dict) and said.get("responseState") is True


def _orders(parcel: Parcel) -> set[str]:
    return {number for number in (parcel.waybill, parcel.number) if number}
