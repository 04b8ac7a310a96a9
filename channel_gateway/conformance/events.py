"""Checks of events: what a back end must take, once, however it arrives."""

import asyncio
from collections.abc import Mapping
from typing import Any

from channel_gateway.conformance.bench import Bench, Failed, Letter
from channel_gateway.conformance.samples import ANSWERS, BOOKED, MOVED, appointment
from channel_gateway.standard_webhooks import Secret

_LARGE = 60 * 1024
_OTHER_SCRIPTS = {"name": "林示例", "address": "示例市𠮷祥路9号", "note": "ünï\u2028🙂"}


def _new(bench: Bench) -> str:
    return f"conformance-{bench.randomness.token(12)}"


def _booked(bench: Bench, answers: Mapping[str, str] = ANSWERS) -> Letter:
    return bench.letter(BOOKED, appointment(_new(bench), bench.back_end.place, answers))


async def good_event(bench: Bench) -> None:
    await bench.taken(_booked(bench))


async def rotation(bench: Bench) -> None:
    unknown = Secret(bench.randomness.token(32).encode())
    data = appointment(_new(bench), bench.back_end.place)
    await bench.taken(bench.letter(BOOKED, data, secrets=[unknown, *bench.back_end.secrets]))


async def unknown_type(bench: Bench) -> None:
    await bench.taken(bench.letter("conformance.unheard_of", {"any": 1}))


async def unknown_members(bench: Bench) -> None:
    data: dict[str, Any] = appointment(_new(bench), bench.back_end.place)
    await bench.taken(bench.letter(BOOKED, {**data, "unheard_of": {"any": [1]}}, unheard_of=True))


async def repeated(bench: Bench) -> None:
    letter = _booked(bench)
    await bench.taken(letter)
    try:
        await bench.taken(letter)
    except Failed as error:
        raise Failed(f"the second time, {error}") from error
    bench.to_look_at.append(f"event {letter.id}, sent twice: processed once")


async def cut_and_repeated(bench: Bench) -> None:
    letter = _booked(bench)
    await bench.cut(letter)
    try:
        await bench.taken(letter)
    except Failed as error:
        raise Failed(f"after its connection was cut, {error}") from error
    bench.to_look_at.append(f"event {letter.id}, cut and repeated: processed once")


async def at_once(bench: Bench) -> None:
    letter = _booked(bench)
    await asyncio.gather(bench.taken(letter), bench.taken(letter))
    bench.to_look_at.append(f"event {letter.id}, sent twice at once: processed once")


async def wrong_order(bench: Bench) -> None:
    number, place = _new(bench), bench.back_end.place
    await bench.taken(bench.letter(MOVED, appointment(number, place, {"kind": "later"}, version=2)))
    try:
        await bench.taken(bench.letter(BOOKED, appointment(number, place, {"kind": "earlier"})))
    except Failed as error:
        raise Failed(f"after version 2, version 1: {error}") from error
    bench.to_look_at.append(f'appointment {number}: version 2, whose answer is "later"')


async def large_body(bench: Bench) -> None:
    await bench.taken(_booked(bench, {"kind": "x" * _LARGE}))


async def other_scripts(bench: Bench) -> None:
    letter = _booked(bench, _OTHER_SCRIPTS)
    await bench.taken(letter)
    bench.to_look_at.append(f"event {letter.id}: the name is 林示例, the address 示例市𠮷祥路9号")


async def events_in_time(bench: Bench) -> None:
    _in_time(bench, asks=False, limit_s=bench.patience.event_s)


async def answers_in_time(bench: Bench) -> None:
    _in_time(bench, asks=True, limit_s=bench.patience.question_s)


def _in_time(bench: Bench, *, asks: bool, limit_s: float) -> None:
    taken_s, type = bench.slowest.get(asks, (0.0, ""))
    if taken_s > limit_s:
        raise Failed(f"{type} was answered after {taken_s:.1f} s; {limit_s:g} s are allowed")
