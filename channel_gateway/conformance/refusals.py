"""Checks of what a back end must refuse: whoever cannot prove who they are, and when."""

from urllib.parse import urlsplit, urlunsplit

from channel_gateway.conformance.bench import Bench, Failed, Letter, but
from channel_gateway.conformance.samples import BOOKED, appointment
from channel_gateway.standard_webhooks import ID, SIGNATURE, TIMESTAMP, Secret

_TOO_FAR_S = 10 * 60


def _booked(bench: Bench, *, off_s: int = 0, secret: Secret | None = None) -> Letter:
    number = f"conformance-{bench.randomness.token(12)}"
    data = appointment(number, bench.back_end.place)
    return bench.letter(BOOKED, data, off_s=off_s, secrets=[secret] if secret else [])


async def wrong_signature(bench: Bench) -> None:
    stranger = Secret(bench.randomness.token(32).encode())
    letter = _booked(bench)
    [whole, *_] = letter.headers[SIGNATURE].split(" ")
    await bench.refused(_booked(bench, secret=stranger), "a stranger's signature")
    await bench.refused(but(letter, webhook_signature="v1,"), "an empty signature")
    await bench.refused(but(letter, webhook_signature=whole[:20]), "a piece of a signature")
    await bench.refused(but(letter, webhook_signature="nonsense"), "nonsense as signature")


async def missing_header(bench: Bench) -> None:
    for name in (ID, TIMESTAMP, SIGNATURE):
        letter = but(_booked(bench), **{name.replace("-", "_"): None})
        await bench.refused(letter, f"an event without {name}")


async def stale(bench: Bench) -> None:
    await bench.refused(_booked(bench, off_s=-_TOO_FAR_S), "an event ten minutes old")


async def future(bench: Bench) -> None:
    await bench.refused(_booked(bench, off_s=_TOO_FAR_S), "an event ten minutes ahead of time")


async def altered_body(bench: Bench) -> None:
    letter = _booked(bench)
    changed = letter.body.replace(b"conformance", b"c0nformance")
    await bench.refused(but(letter, changed), "an altered body")
    await bench.refused(but(letter, letter.body + b" "), "a body with a blank more")


async def other_path(bench: Bench) -> None:
    address = urlsplit(bench.back_end.url)
    elsewhere = f"{address.path.rstrip('/')}/{bench.randomness.token(12)}"
    url = urlunsplit((address.scheme, address.netloc, elsewhere, address.query, ""))
    answer = await bench.send(_booked(bench), url=url)
    if answer.status < 400:
        raise Failed(f"another path was answered {answer.status} instead of 404")


async def forged_question(bench: Bench) -> None:
    stranger, place = Secret(bench.randomness.token(32).encode()), bench.back_end.place
    assert place is not None  # noqa: S101 - asked with --seats alone
    data = {"service": place.service, "hall": place.hall, "day": place.day}
    letter = bench.letter("seats.left", data, secrets=[stranger])
    await bench.refused(letter, "a stranger's question")
