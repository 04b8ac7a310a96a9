"""What a contract suite must know of an implementation: how to make it, how its citizens act.

A rig is a module of `tests/contracts/rigs/` with one or more of `CHANNEL`, `METHOD`, `FINANCE`,
`REAL_NAMES`, `COURIER` and `OUTLETS` (several). The suites find it there: a new implementation is
proven by adding its rig, with no edit elsewhere.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from channel_gateway.domain.errors import Forged, Refused, Stale
from channel_gateway.domain.notices import Notice
from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import (
    LoginCodeExpired,
    LoginCodeInvalid,
    LoginCodeUsed,
    Parcel,
    ProofBegun,
    ProofResult,
)
from payment.ports import Payable, PaymentMethod
from tests.contracts.world import World

RIGS = Path(__file__).parent / "rigs"
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who has opened the mini-program: the code it got, and who they are there."""

    code: str
    openid: str


@dataclass(frozen=True, slots=True)
class ChannelRig:
    """A `Channel` with its stand-in."""

    plugin: str  # its name in the settings
    table: Mapping[str, Any]  # as in settings.toml; `from` names members of platforms.json
    stand_in: str  # the module with build(stage)
    open: Callable[[World, str | None], Awaitable[Citizen]]  # a citizen's openid, or anybody's
    share_phone: Callable[[World, str], Awaitable[str]]  # the number → what the mini-program gets
    login_call: str  # the stand-in's operation
    code_life: timedelta
    # Some platforms have one word for wrong and expired.
    expired: type[Refused] = LoginCodeExpired
    used: type[Refused] = LoginCodeUsed
    wrong: type[Refused] = LoginCodeInvalid
    answers_signed: bool = True

    @property
    def platform(self) -> str:
        return self.stand_in.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Published:
    """A callback as the platform's own documents show it, in `tests/vectors/`.

    The file says `platform_key` (PEM), `now`, `headers`, `body`, and what the body `says`.
    """

    file: str
    key_setting: str  # the plug-in's setting that names the platform's key file


@dataclass(frozen=True, slots=True)
class MethodRig:
    """A `PaymentMethod` with its stand-in."""

    plugin: str
    table: Mapping[str, Any]
    stand_in: str
    payer: str  # an openid the stand-in takes
    # The citizen confirms on the platform's payment sheet, with what the method gave the page.
    pay: Callable[[World, PaymentMethod, Payable, str], Awaitable[None]]
    operations: Mapping[str, str]  # the port's verbs in the stand-in's words, for faults
    payment_callback: str  # the stand-in's operation
    stale_after: timedelta  # from when on a callback is too old to be believed
    refund_takes: timedelta = timedelta()
    between_refunds: timedelta = timedelta()  # of one order
    forgeries: Mapping[str, type[Forged]] = field(
        default_factory=lambda: {"notify_forged": Forged, "notify_stale": Stale}
    )  # the stand-in's faults of callbacks
    published: Published | None = None
    answers_signed: bool = True
    # What the platform's console has to know first: our address, perhaps the payer.
    set_up: Callable[[World], Awaitable[None]] | None = None
    # Platforms that have no call for it close an unpaid order by themselves, so much later.
    closes_after: timedelta | None = None

    @property
    def platform(self) -> str:
        return self.stand_in.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class FinanceRig:
    """A `FinanceAuthority` with its stand-in."""

    plugin: str
    table: Mapping[str, Any]
    stand_in: str
    owed_by: tuple[str, str]  # identity number and name of a person notices are issued for
    operations: Mapping[str, str]
    receipt_takes: timedelta = timedelta()
    asked_by_person: bool = True  # whether it is an `OwedNotices` too, and has those of `issue`

    @property
    def platform(self) -> str:
        return self.stand_in.rpartition(".")[2]

    async def issue(self, world: World, due_in_days: int) -> tuple[str, str]:
        """A unit issues a notice: its pay code and check code."""
        address = f"/{self.platform}/notices"
        notice = await world.control("POST", address, due_in_days=due_in_days)
        return notice["pay_code"], notice["check_code"]

    async def pay_elsewhere(self, world: World, pay_code: str) -> None:
        await world.control("POST", f"/{self.platform}/notices/{pay_code}/pay-elsewhere")

    async def void(self, world: World, pay_code: str) -> None:
        await world.control("POST", f"/{self.platform}/notices/{pay_code}/void")

    async def confirmations(self, world: World, notice: Notice) -> int:
        """How many payments finance has of a notice."""
        booked = await world.control("GET", f"/{self.platform}/payments")
        return sum(each["pay_code"] == notice.pay_code for each in booked)


@dataclass(frozen=True, slots=True)
class RealNamesRig:
    """A `RealNames` with its stand-in."""

    plugin: str
    table: Mapping[str, Any]
    stand_in: str
    somebody: Callable[[World], Awaitable[str]]  # who opened the mini-program: an openid
    # What the citizen does on the platform's page, with what the port gave for it.
    show_face: Callable[[World, ProofBegun], Awaitable[None]]
    show_another_face: Callable[[World, ProofBegun], Awaitable[None]]
    walk_away: Callable[[World, ProofBegun], Awaitable[None]]
    page: frozenset[str]  # what the page needs
    begin_call: str  # the stand-in's operations
    result_call: str
    life: timedelta
    another_face: ProofResult
    walked_away: ProofResult
    answers_signed: bool = True
    token_fault: tuple[str, str] = ("", "")  # kind and operation by which a credential is killed

    @property
    def platform(self) -> str:
        return self.stand_in.rpartition(".")[2]


# What a step of the stand-ins' world is to be read as; None: a code that nobody knows.
STAGES: Mapping[str, Stage | None] = {
    "picked_up": Stage.PICKED_UP,
    "departed": Stage.IN_TRANSIT,
    "arrived": Stage.IN_TRANSIT,
    "out_for_delivery": Stage.OUT_FOR_DELIVERY,
    "locker": Stage.AT_LOCKER,
    "locker_signed": Stage.SIGNED,
    "proxy_signed": Stage.PROXY_SIGNED,
    "signed": Stage.SIGNED,
    "failed": Stage.NOT_DELIVERED,
    "refused": Stage.NOT_DELIVERED,
    "locker_expired": Stage.NOT_DELIVERED,
    "returning": Stage.RETURNING,
    "returned": Stage.RETURNED,
    "unheard_of": None,
}


@dataclass(frozen=True, slots=True)
class CourierRig:
    """A `Courier`, and perhaps `CourierOrders`, with its stand-in."""

    plugin: str
    table: Mapping[str, Any]
    operations: Mapping[str, str]  # trace, follow, place, cancel in the stand-in's words, if it has
    callback: str = ""  # the name of the row its pushes come to; empty: it tells nothing by itself
    # Told to whom its pushes go, where that is not asked for with each parcel; the address is ours.
    push_to: Callable[[World, str], Awaitable[None]] | None = None
    # A parcel that the courier has, where none can be ordered through the port.
    hand_over: Callable[[World], Awaitable[Parcel]] | None = None
    stages: Mapping[str, Stage | None] = field(default_factory=lambda: STAGES)
    code: str = ""  # by which it is offered, if not the plug-in's name
    stand_in: str = "mock_platforms.couriers"

    @property
    def platform(self) -> str:
        return self.stand_in.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class OutletRig:
    """An `Outlet` with its stand-in."""

    plugin: str
    outlet: str  # the name it is offered by
    table: Mapping[str, Any]
    stand_in: str
    somebody: Callable[[World], Awaitable[str]]  # who opened the mini-program: an openid
    template: str
    values: Mapping[str, str]  # what the template takes
    wrong: Mapping[str, str]  # and does not, by one field
    wrong_field: str  # as the refusal names it
    set_up: Callable[[World], Awaitable[None]]  # the platform's console takes the template up
    # What a phone shows, oldest first: each message's values, as far as they are its own.
    phone: Callable[[World, str], Awaitable[list[Mapping[str, str]]]]
    send_call: str  # the stand-in's operation
    # The citizen agrees to one message; None: no consents are asked for.
    agree: Callable[[World, str], Awaitable[None]] | None = None
    repeatable: bool = False  # the same letter may be sent again
    # Bring us what the platform has said of its own accord meanwhile: whether messages arrived.
    hear: Callable[[World], Awaitable[None]] | None = None
    answers_signed: bool = True
    token_fault: tuple[str, str] = ("", "")  # kind and operation by which a credential is killed
    token_call: str = ""  # the operation by which a credential is got

    @property
    def platform(self) -> str:
        return self.stand_in.rpartition(".")[2]


def rigs(kind: type[Kind], name: str) -> list[Kind]:
    """Every rig of a kind, from the modules that offer one, or several, under this name."""
    modules = [
        import_module(f"tests.contracts.rigs.{file.stem}") for file in sorted(RIGS.glob("*.py"))
    ]
    offered = [getattr(module, name) for module in modules if hasattr(module, name)]
    found = [rig for each in offered for rig in (each if isinstance(each, tuple) else (each,))]
    assert all(isinstance(rig, kind) for rig in found)
    return found
