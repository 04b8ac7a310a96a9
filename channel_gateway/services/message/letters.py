"""A message as one outlet is to bring it. Pure."""

from collections.abc import Mapping
from datetime import datetime

from channel_gateway.ports import Letter
from channel_gateway.services.message.choosing import Way
from channel_gateway.services.message.message import Message, letter_id


def letter_of(
    message: Message, way: Way, words: Mapping[str, str], *, first_tried_at: datetime
) -> Letter:
    return Letter(
        id=letter_id(message.id, way.account, way.outlet),
        template=way.template.template,
        values={field: words.get(word, "") for field, word in way.template.fields.items()},
        happening=message.happening,
        subject=message.subject,
        at=message.at,
        first_tried_at=first_tried_at,
        page=message.page,
    )
