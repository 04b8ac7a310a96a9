"""What finance is to make a notice of, as a text, so that each asking asks for the same. Pure."""

import json
from dataclasses import asdict
from datetime import date

from channel_gateway.domain.notices import FeeItem, NoticeDraft
from channel_gateway.domain.people import IdNumber, PersonName


def write_draft(draft: NoticeDraft) -> str:
    """In the clear: to be sealed."""
    return json.dumps(
        {
            "unit_code": draft.unit_code,
            "unit_name": draft.unit_name,
            "payer_name": draft.payer_name.reveal(),
            "id_number": draft.id_number.reveal(),
            "items": [asdict(item) for item in draft.items],
            "due_on": draft.due_on.isoformat(),
        },
        ensure_ascii=False,
    )


def read_draft(text: str) -> NoticeDraft:
    kept = json.loads(text)
    return NoticeDraft(
        unit_code=kept["unit_code"],
        unit_name=kept["unit_name"],
        payer_name=PersonName(kept["payer_name"]),
        id_number=IdNumber(kept["id_number"]),
        items=tuple(FeeItem(**item) for item in kept["items"]),
        due_on=date.fromisoformat(kept["due_on"]),
    )
