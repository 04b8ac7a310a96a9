"""Queue tickets: a number of the hall's day, and a place among those who wait. Pure.

Places are whole numbers: a new ticket's are far apart, so that who comes back fits in between.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from channel_gateway.services.appointment.appointment import Appointment

BEHIND = 3  # others, for who missed the call (过号): what halls usually do
_APART = 1000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EACH = 1000  # numbers of one letter


def book_of(hall: str, day: date) -> str:
    """Whose numbers are given out once: all services of a hall share its day's."""
    return f"{hall}|{day}"


def ticket_words(number: int) -> str:
    """A012; after A999 comes B000."""
    return f"{_LETTERS[number // _EACH % len(_LETTERS)]}{number % _EACH:03}"


def place_of_ticket(number: int) -> int:
    return number * _APART


def place_behind(waiting: Sequence[int], own: int) -> int:
    """The place of who missed the call: behind three others, or behind all where fewer wait.

    `waiting`: the places of the others, in order; `own`: that of the ticket. Nobody gains by it,
    and who came back to the same place earlier stays before.
    """
    ahead = waiting[:BEHIND]
    place = max(own, ahead[-1] + 1) if ahead else own
    return _first_free(place, set(waiting))


def queued(appointment: Appointment, number: int, waiting: Sequence[int]) -> Appointment:
    """One who has just checked in: with this number, or, with one already, behind three others."""
    if appointment.ticket is not None:
        place = place_behind(waiting, place_of_ticket(appointment.ticket))
        return replace(appointment, queue=appointment.hall_day, queue_place=place)
    book = book_of(appointment.hall, appointment.day)
    return replace(
        appointment,
        ticket_book=book,
        ticket=number,
        ticket_key=f"{book}|{number}",
        queue=appointment.hall_day,
        queue_place=place_of_ticket(number),
    )


def _first_free(place: int, taken: Collection[int]) -> int:
    return next(each for each in range(place, place + len(taken) + 1) if each not in taken)
