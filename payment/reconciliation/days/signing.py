"""What a day is signed with: a digest of each part of its report, and a key of ours. Pure."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson

from channel_gateway.domain.days import milliseconds
from channel_gateway.ports import Sealing
from payment.reconciliation.days.day import Day, Part, Signature, Standing, reported


def parts_of(day: Day, differences: str, standing: Iterable[Standing]) -> tuple[Part, ...]:
    """`differences`: the digest of all that stand on the report."""
    cases = [[each.case_id, each.state.value] for each in standing]
    fields: Mapping[str, Any] = reported(day) | {"cases": cases}
    parts = [Part(name, digest_of(value)) for name, value in fields.items()]
    return tuple(sorted([*parts, Part("differences", differences)], key=lambda part: part.name))


def digest_of(value: Any) -> str:
    return sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def whole(parts: Iterable[Part]) -> str:
    """The digest of a report."""
    return digest_of([[part.name, part.digest] for part in parts])


def signed(signature: Signature, day: Day, sealing: Sealing) -> Signature:
    return replace(signature, mac=_mac(signature, day, sealing))


def is_ours(day: Day, sealing: Sealing) -> bool:
    """Whether a closed day's signature was made by us, over these parts."""
    signature = day.signature
    if signature is None or signature.report_digest != whole(signature.parts):
        return False
    return hmac.compare_digest(signature.mac, _mac(signature, day, sealing))


def changed(day: Day, parts: Iterable[Part]) -> list[str]:
    """The parts that are not what was signed. One that came with a later version was not."""
    now = {part.name: part.digest for part in parts}
    were = day.signature.parts if day.signature else ()
    return [part.name for part in were if now.get(part.name) != part.digest]


def _mac(signature: Signature, day: Day, sealing: Sealing) -> str:
    text = "|".join(
        (
            day.id,
            day.wish.by if day.wish else "",
            signature.by,
            str(milliseconds(signature.at)),
            signature.report_digest,
            str(signature.journal_number),
            signature.journal_hash,
        )
    )
    return sealing.blind_index(text, "reconciliation_days.signature")
