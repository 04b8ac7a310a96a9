"""What is found when a signed message is looked at: part by part, and then the verdict. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


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


def listed(words: str, names: Iterable[str]) -> str:
    """The names behind the words; nothing at all when there are no names."""
    joined = ", ".join(names)
    return f"{words}: {joined}" if joined else ""
