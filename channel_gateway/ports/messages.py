"""Telling citizens: each message into their inbox, and onto their phone by the best way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from channel_gateway.domain.errors import Invalid, Refused
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId


@dataclass(frozen=True, slots=True)
class Telling:
    """Something a citizen is to know."""

    id: str  # unguessable or a digest, 1 to 64 of [A-Za-z0-9_-]: the same again is the same message
    person: str  # `Identities.person`, or an account
    happening: Happening
    service: str
    subject: str  # `appointment:A1…`: messages of one subject arrive in the order they were told
    words: Mapping[str, str]  # by the names of `happenings.WORDS`, in the citizen's words
    at: datetime  # when it happened
    account: str | None = None  # through which account the matter was begun: tried first
    page: str = ""  # of the mini-program
    good_until: datetime | None = None  # not worth anybody's attention later: the inbox has it


class Messenger(Protocol):
    async def tell(self, telling: Telling, now: datetime) -> None:
        """Keep it, to be sent; the same id again changes nothing. A forgotten person hears nothing.

        Raises `StoreUnavailable`: nothing is kept.
        """
        ...


class NoConsent(Refused):
    """The citizen has not agreed to another message: sending it again is no use."""

    code = "no_consent"


class NotArrived(Refused):
    """The platform took the message, and says that it reached no phone."""

    code = "not_arrived"


class WrongTemplate(Invalid):
    """The platform's template does not take these values; `field` says which."""

    code = "wrong_template"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as one outlet is to bring it."""

    id: str  # the same however often it is tried
    template: str
    values: Mapping[str, str]  # the template's fields → text in the citizen's words
    happening: Happening
    subject: str  # what it is about: outlets that merge, merge by it
    at: datetime  # when it happened
    first_tried_at: datetime
    page: str = field(default="")


class Outlet(Protocol):
    """One way a channel brings messages to a phone. Offered by the name service files give it."""

    channel: str  # the plug-in through which citizens logged in
    by_consent: bool  # each message spends a consent of the citizen
    consents_pushed: bool  # the platform itself tells `MessageConsents` what its windows brought
    # Whether the same letter sent again reaches the phone once. If not, one that may have arrived
    # is not sent again.
    repeatable: bool
    is_card: bool  # the messages of a subject are one card, which shows how it stands

    async def send(self, to: OpenId, letter: Letter) -> None:
        """Raises `NoConsent`, `NotArrived`, `WrongTemplate`, `Refused`, `TooMany`, `NotReached`
        (nothing was sent), every other `Unavailable` (unknown).
        """
        ...

    async def arrived(self, to: OpenId, letter: Letter) -> bool | None:
        """After `Unavailable`: whether it did; None: the platform has not said.

        Raises as `send`.
        """
        ...


class LetterEnds(Protocol):
    """Who goes on with letters that were taken. Offered by whoever sends messages."""

    async def did_not_arrive(self, letter: str, now: datetime) -> None:
        """The platform says so, after it took the letter of this id. Again changes nothing.

        Raises `StoreUnavailable`.
        """
        ...


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """What a citizen decided about one template in the platform's own window."""

    template: str
    accepted: bool
    lasting: bool = False  # until taken back: of a long-term template, or in the settings


class MessageConsents(Protocol):
    """Who counts consents. Offered by whoever sends messages."""

    async def heard(
        self,
        channel: str,
        app: str,
        openid: OpenId,
        changes: tuple[ConsentChange, ...],
        *,
        id: str,
        at: datetime,
    ) -> None:
        """Count them once for an id. Raises `StoreUnavailable`."""
        ...
