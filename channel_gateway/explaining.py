"""An answer for people: what is wrong with this signature."""

from contextlib import suppress
from datetime import datetime

from channel_gateway.domain.errors import GatewayError, Invalid
from channel_gateway.domain.findings import as_judged
from channel_gateway.http_text import read_http_text
from channel_gateway.ports import SignatureExplainer
from channel_gateway.service import Table
from channel_gateway.wire import HttpRequest


async def fetch_keys(table: Table) -> None:
    """Let platforms' keys be fetched where they can be; an explanation says which are held."""
    for row in table.readiness:
        with suppress(GatewayError):
            await row.check()


def explain_message(
    table: Table, raw: bytes, came_at: datetime, platform: str | None
) -> tuple[bool, list[str]]:
    """Whether the signature holds, and every finding in a line. Raises `Malformed`, `Invalid`."""
    message = read_http_text(raw)
    explainer = _explainer(table, message.request, platform)
    *judged, verdict = explainer.explain(message.request, came_at)
    refusal = None if verdict.holds else verdict.words
    findings = as_judged((*message.findings(), *judged), refusal)
    lines = [f"as a message of {explainer.name}:"]
    lines += [f"  {'ok   ' if f.holds else 'WRONG'} {f.part}: {f.words}" for f in findings]
    return findings[-1].holds, lines


def _explainer(table: Table, request: HttpRequest, platform: str | None) -> SignatureExplainer:
    explainers: dict[str, SignatureExplainer] = table.offered(SignatureExplainer)
    if platform is not None and platform not in explainers:
        raise Invalid(f"nobody explains {platform}; there are {', '.join(explainers)}")
    for name, explainer in explainers.items():
        if name == platform or (platform is None and explainer.recognises(request)):
            return explainer
    raise Invalid("no platform's message has this form; name one with --platform")
