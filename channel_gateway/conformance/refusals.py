"""Checks of what a back end must refuse: whoever cannot prove who they are, and when."""

from urllib.parse import urlsplit, urlunsplit

from channel_gateway.conformance.bench import Bench, Failed, but
from channel_gateway.conformance.samples import booked, strangers_secret
from channel_gateway.standard_webhooks import ID, SIGNATURE, TIMESTAMP

_TOO_FAR_S = 10 * 60


async def wrong_signature(bench: Bench) -> None:
    message = booked(bench)
    [whole, *_] = message.headers[SIGNATURE].split(" ")
    await bench.refused(booked(bench, secrets=[strangers_secret(bench)]), "a stranger's signature")
    await bench.refused(but(message, webhook_signature="v1,"), "an empty signature")
    await bench.refused(but(message, webhook_signature=whole[:20]), "a piece of a signature")
    await bench.refused(but(message, webhook_signature="nonsense"), "nonsense as signature")
    other = f"v2,{whole.removeprefix('v1,')}"
    await bench.refused(but(message, webhook_signature=other), "a signature that begins with v2,")


async def missing_header(bench: Bench) -> None:
    for name in (ID, TIMESTAMP, SIGNATURE):
        message = but(booked(bench), **{name.replace("-", "_"): None})
        await bench.refused(message, f"an event without {name}")


async def stale(bench: Bench) -> None:
    await bench.refused(booked(bench, off_s=-_TOO_FAR_S), "an event ten minutes old")


async def future(bench: Bench) -> None:
    await bench.refused(booked(bench, off_s=_TOO_FAR_S), "an event ten minutes ahead of time")


async def altered_body(bench: Bench) -> None:
    message = booked(bench)
    changed = message.body.replace(b"conformance", b"c0nformance")
    await bench.refused(but(message, changed), "an altered body")
    await bench.refused(but(message, message.body + b" "), "a body with a blank more")


async def other_path(bench: Bench) -> None:
    address = urlsplit(bench.back_end.url)
    elsewhere = f"{address.path.rstrip('/')}/{bench.randomness.token(12)}"
    url = urlunsplit((address.scheme, address.netloc, elsewhere, address.query, ""))
    answer = await bench.send(booked(bench), url=url)
    if answer.status < 400:
        raise Failed(f"another path was answered {answer.status} instead of 404")


async def forged_question(bench: Bench) -> None:
    where = {"service": bench.place.service, "hall": bench.place.hall, "day": bench.place.day}
    message = bench.message("seats.left", where, secrets=[strangers_secret(bench)])
    await bench.refused(message, "a stranger's question")
