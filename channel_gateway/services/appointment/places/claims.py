"""Which seat and which shares of the limits are free: it reads, and the insert decides."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.booking import Bookable, Capacity, Hall, Returned
from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import DuplicateKey, Randomness, Workdays
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.appointments import Appointments
from channel_gateway.services.appointment.hall.closures import Closures
from channel_gateway.services.appointment.life import cancelled_by_hall
from channel_gateway.services.appointment.places.chance import draw
from channel_gateway.services.appointment.places.dealing import Dealing
from channel_gateway.services.appointment.places.shared_look import SharedLook
from channel_gateway.services.appointment.refusals import (
    CANCELLED,
    MISSED,
    Banned,
    HallClosed,
    LimitReached,
    SlotFull,
)
from channel_gateway.services.appointment.rules.bans import banned_until, looks_back
from channel_gateway.services.appointment.rules.marks import Marks
from channel_gateway.services.appointment.rules.quotas import (
    FIELDS,
    HOLD_FIELD,
    claimed,
    first_day_counted,
    hold_quota,
    quotas_of,
)
from channel_gateway.services.appointment.rules.release import why_not, window_of
from channel_gateway.services.appointment.rules.seats import free_seat, hall_day_of, place_of
from channel_gateway.services.appointment.rules.slots import Slot
from channel_gateway.services.appointment.rules.subjects import PERSON, Counted

# Each lost race means that somebody else won one; after so many there is nothing left to win.
_RACES = 500
_GUESSES = 3
_OURS = ("seat_key", *FIELDS, HOLD_FIELD)
_NO_PLACE: dict[str, Any] = {"place": None, "seat_key": None}


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants which slot of which hall."""

    person: str
    service: Bookable
    hall: Hall
    slot: Slot
    marks: Marks = ()  # what counts beside the person

    @property
    def counted(self) -> Marks:
        return (Counted(PERSON, self.person), *self.marks)

    @property
    def place(self) -> str:
        return place_of(self.service.code, self.hall.code, self.slot)

    @property
    def asked(self) -> bool:
        """Whether the department gives the places: then no seat key stands for one."""
        return self.service.capacity is Capacity.DEPARTMENT

    @property
    def hall_day(self) -> str:
        return hall_day_of(self.service.code, self.hall.code, self.slot.day)

    @property
    def where(self) -> dict[str, Any]:
        """Where and when, as an appointment keeps it."""
        return {
            "hall": self.hall.code,
            "hall_name": self.hall.name,
            "hall_address": self.hall.address,
            "slot": self.slot.id,
            "day": self.slot.day,
            "starts_at": self.slot.starts_at,
            "ends_at": self.slot.ends_at,
            "hall_day": self.hall_day,
        }


class Claims:
    def __init__(
        self,
        appointments: Appointments,
        closures: Closures,
        calendar: Workdays,
        randomness: Randomness,
    ) -> None:
        self._appointments = appointments
        self._closures = closures
        self._calendar = calendar
        self._randomness = randomness
        self._sold_out = appointments.sold_out
        self._dealing = Dealing()
        # Nobody shares a look that began before a seat came back here.
        self._counts = SharedLook[bool]()
        self._looks = SharedLook[set[str]]()

    async def allow(self, wish: Wish, now: datetime) -> None:
        """Whatever forbids this slot to this person, or with these marks, their limits apart.

        Raises `NotBookable`-s, `Banned`.
        """
        await self.open_to_all(wish, now)
        ban = await self.ban(wish.counted, wish.service, now)
        if ban is not None:
            raise ban

    async def open_to_all(self, wish: Wish, now: datetime) -> None:
        """Whatever forbids this slot to anybody. Raises `NotBookable`-s.

        A slot that is full is refused before more is read: in a rush nearly everybody hears that.
        """
        refusal = why_not(wish.service.rules, wish.hall, wish.slot, self._calendar, now)
        if refusal is not None:
            raise refusal
        if not wish.asked and (self.was_full(wish.place, now) or await self._is_full(wish, now)):
            raise SlotFull(field="slot")
        closure = await self._closures.of(wish.hall_day)
        if closure is not None:
            raise HallClosed(closure.day, closure.reason)

    def was_full(self, place: str, now: datetime) -> bool:
        """Whether it can be booked, and a look within the last second found no free seat."""
        return self._sold_out.knows(place, now)

    async def ban(
        self, counted: Iterable[Counted], service: Bookable, now: datetime
    ) -> Banned | None:
        """Why one of these may not book this service, the first who may not; None: they may."""
        kinds = (
            (service.rules.no_shows, self._appointments.no_shows, MISSED),
            (service.rules.cancels, self._appointments.cancels, CANCELLED),
        )
        for each in counted:
            stops = [
                Banned(until, why, of=each.of.name)
                for ban, find, why in kinds
                if ban is not None
                and (found := await find(each, service.code, now - looks_back(ban)))
                and (until := banned_until(found, ban, now))
            ]
            if stops:
                return max(stops, key=lambda stop: stop.until)
        return None

    async def win(
        self,
        draft: Appointment,
        wish: Wish,
        now: datetime,
        write: Callable[[Appointment], Awaitable[Appointment]],
    ) -> Appointment:
        """Give the draft keys that are free, and write it; whoever loses a race looks again.

        Raises `SlotFull`, `LimitReached`, what `write` raises, and `DuplicateKey` for keys that are
        none of ours.
        """
        clashed: set[str] = set()
        for _ in range(_RACES):
            seat = None if wish.asked else await self._seat(wish, now, clashed)
            taken = True  # as long as nobody knows
            try:
                claimed = await self._claimed(draft, wish, now, clashed, seat)
                return await write(claimed)
            except DuplicateKey as duplicate:
                taken = duplicate.index == "seat_key"
                if duplicate.index not in _OURS:
                    raise
                clashed.add(getattr(claimed, duplicate.index))
            except LimitReached:
                taken = False
                raise
            finally:
                if seat is not None:
                    self._dealing.settle(wish.place, seat, taken=taken)
        raise SlotFull(field="slot")

    async def still_open(self, appointment: Appointment, wish: Wish, now: datetime) -> Appointment:
        """Look again after the write: the hall may have cancelled the day between look and write.

        Whoever writes first, the other sees it. Raises `HallClosed`; nothing counts then.
        """
        closure = await self._closures.of(wish.hall_day)
        if closure is None:
            return appointment
        await self._appointments.change(
            appointment.id, lambda current: cancelled_by_hall(current, closure.reason, now)
        )
        raise HallClosed(closure.day, closure.reason)

    async def _claimed(
        self,
        draft: Appointment,
        wish: Wish,
        now: datetime,
        clashed: Collection[str],
        seat: str | None,
    ) -> Appointment:
        """The draft with this seat, and shares nobody has, as far as one can see."""
        first = first_day_counted(wish.slot.day, beijing_day(now))
        held = [one for each in wish.counted for one in await self._appointments.since(each, first)]
        others = [each for each in held if each.id != draft.id]
        rules, service = wish.service.rules, wish.service.code
        quotas = quotas_of(rules, wish.person, service, wish.slot, wish.marks)
        if draft.state is State.HELD and draft.fee is not None:
            quotas += (hold_quota(wish.person, beijing_day(now)),)
        none: dict[str, Any] = dict.fromkeys(FIELDS)
        keys = none | claimed(quotas, others, clashed)
        where = {"place": wish.place, "seat_key": seat}
        return replace(draft, **(_NO_PLACE if seat is None else where), **keys)

    def _bookable_until(self, wish: Wish) -> datetime:
        window = window_of(wish.service.rules, wish.hall, wish.slot.day, self._calendar)
        return min(window.closes_at, wish.slot.starts_at)

    async def _is_full(self, wish: Wish, now: datetime) -> bool:
        returns, windows = self._sold_out.returns, wish.slot.windows

        async def look() -> bool:
            full = await self._appointments.taken(wish.place, cap=windows) >= windows
            if full:
                self._sold_out.remember(wish.place, now, returns, self._bookable_until(wish))
            return full

        return await self._counts.of((wish.place, returns), now, look)

    async def _seat(self, wish: Wish, now: datetime, clashed: Collection[str]) -> str:
        """One that is free as far as one can see, in our hand until it is settled.

        Raises `SlotFull`.
        """
        windows, place, dealing = wish.slot.windows, wish.place, self._dealing
        number = draw(self._randomness)
        held_back: set[str] = set()
        if wish.service.rules.returned is not Returned.AT_ONCE:
            held_back = await self._appointments.held_back(place, now)
        seat = None
        if len(clashed) < _GUESSES:  # cheaper than to look, as long as the slot is not nearly full
            seat = dealing.next_seat(place, windows, number, held_back)
            if seat is None and dealing.in_hand(place):
                await dealing.somebody_settled(place)
                seat = dealing.next_seat(place, windows, number, held_back)
        if seat is None:
            taken = await self._look(wish, now, held_back, number)
            free = free_seat(place, windows, taken | {*dealing.in_hand(place)}, number)
            seat = free or free_seat(place, windows, taken, number)
            if seat is None:
                raise SlotFull(field="slot")
            dealing.hold(place, seat)
        return seat

    async def _look(
        self, wish: Wish, now: datetime, held_back: Collection[str], number: int
    ) -> set[str]:
        """Seats that nobody can have."""
        windows, place, returns = wish.slot.windows, wish.place, self._sold_out.returns

        async def look() -> set[str]:
            taken = await self._appointments.seats(place, limit=windows)
            taken |= set(held_back)
            if free_seat(place, windows, taken, number) is None:
                self._sold_out.remember(place, now, returns, self._bookable_until(wish))
            return taken

        return await self._looks.of((place, returns), now, look)
