"""What citizens are told through a platform's templates, and what fills their fields. Pure.

The words are ours: a file says which of them fills which field of a template.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from channel_gateway.domain.happenings import WORDS, Happening
from channel_gateway.services.catalogue.part import Line, Name, Part


class Message(Part):
    template: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}$")]
    # the template's field → which of our words fills it
    fields: dict[Annotated[str, StringConstraints(pattern=r"^[\w.]{1,32}$")], Line]


# what happened → outlet → template; outlets are `wechat`, `wechat_city`, `alipay`, `alipay_city`
Messages = dict[Annotated[Happening, Field(strict=False)], dict[Name, Message]]


def wrong_words(messages: Messages) -> Iterator[str]:
    """Each field is filled by a word that there is of what happened."""
    for happening, by_channel in messages.items():
        for channel, message in by_channel.items():
            for field, word in message.fields.items():
                if word not in WORDS[happening]:
                    where = f"messages.{happening}.{channel}.fields.{field}"
                    yield f"{where}: {word} is none of {', '.join(WORDS[happening])}"
