"""What citizens and operators send us and see of messages."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from channel_gateway.domain.happenings import Happening
from channel_gateway.services.message.message import Result, State

Template = Annotated[str, Field(pattern=r"^[\w.-]{1,64}$")]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MessageView(Shape):
    message_id: str
    happening: Happening
    title: str
    text: str = Field(description="one sentence, with all there is to know")
    service: str
    subject: str = Field(description="what it is about, as `appointment:A…`")
    page: str = Field(description="of the mini-program; empty: none")
    at: datetime = Field(description="when it happened")
    read: bool


class InboxView(Shape):
    messages: list[MessageView] = Field(description="of all your channels, the newest first")
    unread: int = Field(description="at most 1000 are counted")
    next: str | None = Field(description="give it as `after` for the next page; null: the last")


class TemplateView(Shape):
    outlet: str
    template: str = Field(description="to ask consent for, in the platform's own window")


class TemplatesView(Shape):
    templates: list[TemplateView]


class Decision(StrEnum):
    """As `wx.requestSubscribeMessage` has them; of Alipay's window the page says the same."""

    ACCEPT = "accept"
    ACCEPT_WITH_AUDIO = "acceptWithAudio"
    ACCEPT_WITH_ALERT = "acceptWithAlert"
    REJECT = "reject"
    BAN = "ban"  # the platform has taken the template away
    FILTER = "filter"  # two templates of one title: the window did not show this one


class ConsentsRequest(Shape):
    results: dict[Template, Decision] = Field(
        min_length=1, max_length=10, description="by template, as the window gave them"
    )
    lasting: bool = Field(
        default=False, description="the citizen chose to be asked no more, or a long-term template"
    )


class ConsentsKept(Shape):
    counted: bool = Field(
        description="false: this platform tells us of its windows itself, and its word counts"
    )


class AttemptView(Shape):
    outlet: str
    template: str
    account: str = Field(description="the citizen's reference, no name of a platform's")
    first_at: datetime
    last_at: datetime
    result: Result
    tries: int
    asks: int
    note: str = Field(description="what came back, by its code")
    again_at: datetime | None = Field(description="not tried again before")


class OperatedMessage(Shape):
    message_id: str
    subject: str
    place: int = Field(description="its number in its subject")
    happening: Happening
    service: str
    words: dict[str, str] = Field(description="masked: how long each is")
    state: State
    says: str
    waits_because: str = Field(description="while it is waiting: behind another, till morning, …")
    waits_until: datetime | None = Field(description="when it is looked at again, or sooner")
    at: datetime
    told_at: datetime
    good_until: datetime | None
    ended_at: datetime | None
    read_at: datetime | None
    attempts: list[AttemptView]


class OperatedMessages(Shape):
    messages: list[OperatedMessage] = Field(
        description="of a subject, in the order in which they are sent; of a state, what waits "
        "longest first, and of all others the newest"
    )
    next: str | None = Field(description="give it as `after` for the next page; null: the last")
