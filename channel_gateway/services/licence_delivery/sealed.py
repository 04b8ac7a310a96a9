"""Recipients and texts at rest: sealed, and opened where they are needed."""

import json
from collections.abc import Iterable
from dataclasses import replace

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.parcels import Address, Contact, Scan
from channel_gateway.domain.people import PersonName, Phone
from channel_gateway.ports import Sealing
from channel_gateway.services.licence_delivery.delivery import Attempt, KeptScan
from channel_gateway.services.licence_delivery.texts.known_text import (
    known_code,
    known_place,
    known_text,
)

RECIPIENT, TEXT, TOKEN = "deliveries.recipient", "deliveries.scan", "deliveries.card"
REQUEST = "deliveries.request"
_LONGEST_CODE, _LONGEST_PLACE, _LONGEST_TEXT = 40, 100, 500


class Sealed:
    def __init__(self, vault: Sealing) -> None:
        self._vault = vault

    def recipient(self, contact: Contact) -> str:
        address = contact.address
        text = json.dumps(
            [
                contact.name.reveal(),
                contact.phone.reveal(),
                address.province,
                address.city,
                address.district,
                address.street,
                address.postcode,
            ],
            ensure_ascii=False,
        )
        return self._vault.seal(text, RECIPIENT)

    def contact(self, sealed: str) -> Contact:
        name, phone, *address = json.loads(self._vault.open(sealed, RECIPIENT))
        return Contact(PersonName(name), Phone(phone), Address(*address))

    def scans(self, scans: Iterable[Scan], known: Attempt | None = None) -> tuple[KeptScan, ...]:
        """As they are kept: what is known to name nobody, and sealed where it is not yet."""
        sealed = {each.key for each in known.scans if each.text} if known else frozenset()
        return tuple(self._scan(each, sealed) for each in scans)

    def text(self, scan: KeptScan) -> str:
        return self._vault.open(scan.text, TEXT) if scan.text else ""

    def token(self, text: str) -> str:
        return self._vault.seal(text, TOKEN)

    def open_token(self, sealed: str) -> str:
        return self._vault.open(sealed, TOKEN)

    def request_key(self, account: str, key: str) -> str:
        return self._vault.blind_index(f"{account}\n{key}", REQUEST)

    def _scan(self, scan: Scan, sealed: Iterable[tuple[str, object, str]]) -> KeptScan:
        kept = unread(scan)
        told = "" if kept.key in sealed else known_text(scan.text[:_LONGEST_TEXT])
        return replace(kept, text=self._vault.seal(told, TEXT)) if told else kept


def unread(scan: Scan) -> KeptScan:
    """As it is kept without its text. Pure."""
    return KeptScan(
        at=moment_of(milliseconds(scan.at)),  # as it is kept: it is part of the key
        code=known_code(scan.code, understood=scan.stage is not None)[:_LONGEST_CODE],
        stage=scan.stage,
        place=known_place(scan.place[:_LONGEST_PLACE]),
    )


def in_clear(contact: Contact) -> dict[str, str]:
    """For the citizen's own copy, and for the department that packs. Pure."""
    address = contact.address
    return {
        "name": contact.name.reveal(),
        "phone": contact.phone.reveal(),
        "province": address.province,
        "city": address.city,
        "district": address.district,
        "street": address.street,
        "postcode": address.postcode,
    }
