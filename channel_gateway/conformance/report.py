"""What the checks found, in words for a person and as JSON for a program. Pure."""

import json
from collections.abc import Sequence

from channel_gateway.conformance.running import Outcome, Result

_MARKS = {Result.HOLDS: "ok     ", Result.FAILED: "FAILED ", Result.NOT_ASKED: "not asked"}


def passed(outcomes: Sequence[Outcome]) -> bool:
    return all(each.result is Result.HOLDS for each in outcomes)


def line(outcome: Outcome) -> str:
    said = f"{_MARKS[outcome.result]} {outcome.check.name}: {outcome.check.says}"
    if outcome.result is not Result.FAILED:
        return said
    return f"{said}\n        {outcome.why}\n        usually: {outcome.check.usually}"


def closing(outcomes: Sequence[Outcome], to_look_at: Sequence[str]) -> str:
    """The count, and what only the department's own records can tell."""
    held = sum(each.result is Result.HOLDS for each in outcomes)
    looks = [f"  {one}" for one in to_look_at]
    count = f"{held} of {len(outcomes)} hold"
    return "\n".join(["", "Look into your own records:", *looks, "", count] if looks else [count])


def as_json(url: str, outcomes: Sequence[Outcome], to_look_at: Sequence[str]) -> str:
    checks = [
        {
            "name": each.check.name,
            "says": each.check.says,
            "result": each.result.value,
            **({"why": each.why} if each.why else {}),
            **({"usually": each.check.usually} if each.result is Result.FAILED else {}),
        }
        for each in outcomes
    ]
    whole = {
        "url": url,
        "passed": passed(outcomes),
        "checks": checks,
        "look_into_your_records": list(to_look_at),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)
