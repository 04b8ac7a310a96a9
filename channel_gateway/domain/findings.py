"""What is found when a signed message is looked at: part by part, and then the verdict. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Finding:
    """One thing looked at in a signed message: which part, whether it holds, and what is wrong."""

    part: str  # `timestamp`, `serial`, `body`, `signature` …
    holds: bool
    words: str


def with_verdict(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings and, last, the verdict: the first that does not hold refuses the message."""
    told = tuple(findings)
    wrong = next((finding for finding in told if not finding.holds), None)
    words = f"refused: {wrong.part} {wrong.words}" if wrong else "accepted"
    return (*told, Finding("verdict", wrong is None, words))


def as_judged(findings: Iterable[Finding], refusal: str | None) -> tuple[Finding, ...]:
    """The findings, and as verdict what the gateway itself did: `refusal` says why it refused.

    What looks wrong in a message it accepts is told, and does not matter; what it refuses though
    nothing looks wrong, it refuses in its own words.
    """
    told = tuple(findings)
    if refusal is None:
        told = tuple(found if found.holds else _harmless(found) for found in told)
    elif all(found.holds for found in told):
        told = (*told, Finding("message", False, refusal))
    return with_verdict(told)


def _harmless(found: Finding) -> Finding:
    return replace(found, holds=True, words=f"{found.words} (the gateway does not mind)")


def listed(words: str, names: Iterable[str]) -> str:
    """The names behind the words; nothing at all when there are no names."""
    joined = ", ".join(names)
    return f"{words}: {joined}" if joined else ""
