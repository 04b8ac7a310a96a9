"""Checks of events: what a back end must take, once, however it arrives."""

import asyncio

from channel_gateway.conformance.bench import Bench, Failed
from channel_gateway.conformance.samples import (
    BOOKED,
    MOVED,
    appointment,
    booked,
    new_number,
    strangers_secret,
    withdrawn,
)

_LARGE = 60 * 1024
_OTHER_SCRIPTS = {"name": "林示例", "address": "示例市𠮷祥路9号", "note": "ünï\u2028🙂"}


async def good_event(bench: Bench) -> None:
    await bench.taken(booked(bench))


async def rotation(bench: Bench) -> None:
    stranger, own = strangers_secret(bench), bench.back_end.secrets
    await bench.taken(booked(bench, secrets=[stranger, *own]))
    await bench.taken(booked(bench, secrets=[*own, stranger]))


async def unknown_type(bench: Bench) -> None:
    await bench.taken(bench.message("conformance.unheard_of", {"any": 1}))


async def unknown_members(bench: Bench) -> None:
    data = appointment(bench, new_number(bench))
    await bench.taken(bench.message(BOOKED, {**data, "unheard_of": {"any": [1]}}, unheard_of=True))


async def repeated(bench: Bench) -> None:
    message = booked(bench)
    await bench.taken(message)
    try:
        await bench.taken(message)
    except Failed as error:
        raise Failed(f"the second time, {error}") from error
    bench.to_look_at.append(f"event {message.id}, sent twice: processed once")


async def cut_and_repeated(bench: Bench) -> None:
    message = booked(bench)
    await bench.cut(message)
    try:
        await bench.taken(message)
    except Failed as error:
        raise Failed(f"after its connection was cut, {error}") from error
    bench.to_look_at.append(f"event {message.id}, cut and repeated: processed once")


async def at_once(bench: Bench) -> None:
    message = booked(bench)
    await asyncio.gather(bench.taken(message), bench.taken(message))
    bench.to_look_at.append(f"event {message.id}, sent twice at once: processed once")


async def wrong_order(bench: Bench) -> None:
    number = new_number(bench)
    await bench.taken(
        bench.message(MOVED, appointment(bench, number, {"kind": "later"}, version=2))
    )
    try:
        await bench.taken(bench.message(BOOKED, appointment(bench, number, {"kind": "earlier"})))
    except Failed as error:
        raise Failed(f"after version 2, version 1: {error}") from error
    bench.to_look_at.append(f'appointment {number}: version 2, whose answer is "later"')


async def withdrawn_consent(bench: Bench) -> None:
    number = new_number(bench)
    answers = {"kind": "conformance", "mail_to": "withdrawn"}
    await bench.taken(bench.message(BOOKED, appointment(bench, number, answers)))
    await bench.taken(withdrawn(bench, number, "mail_to"))
    bench.to_look_at.append(f"appointment {number}: without the answer mail_to")


async def large_body(bench: Bench) -> None:
    await bench.taken(booked(bench, {"kind": "x" * _LARGE}))


async def other_scripts(bench: Bench) -> None:
    message = booked(bench, _OTHER_SCRIPTS)
    await bench.taken(message)
    bench.to_look_at.append(f"event {message.id}: the name is 林示例, the address 示例市𠮷祥路9号")
