"""The national set of what a review may say beside its level: versioned, not changed locally."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from channel_gateway.services.review.refusals import IndicatorUnfit


class Scene(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"  # at a hall


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    version: str
    source: str
    levels: Mapping[int, str]
    scenes: Mapping[Scene, Mapping[str, str]]  # second-level indicators by code
    items: Mapping[int, Mapping[str, str]]  # of each level, by code

    def fitting(self, level: int, scene: Scene) -> Mapping[str, str]:
        """What may be chosen with this level in this scene, by code."""
        return {**self.scenes[scene], **self.items[level]}

    def checked(self, codes: Iterable[str], level: int, scene: Scene) -> tuple[str, ...]:
        """Each code once, in the set's order. Raises `IndicatorUnfit`, naming those that are not.

        What a program chose wrongly is told to it; no citizen types codes.
        """
        chosen, fitting = set(codes), self.fitting(level, scene)
        if wrong := sorted(chosen - fitting.keys()):
            raise IndicatorUnfit(field="indicators", extra={"unfit": wrong})
        return tuple(code for code in fitting if code in chosen)

    def words(self, code: str) -> str:
        """What a code says; a code of an older set says itself."""
        for some in (*self.scenes.values(), *self.items.values()):
            if code in some:
                return some[code]
        return code


def national_set() -> IndicatorSet:
    """The set in force, from the file beside this module."""
    given = tomllib.loads((files(__package__) / "indicators.toml").read_text(encoding="utf-8"))
    return IndicatorSet(
        version=given["version"],
        source=given["source"],
        levels={int(level): words for level, words in given["levels"].items()},
        scenes={Scene(scene): codes for scene, codes in given["scenes"].items()},
        items={int(level): codes for level, codes in given["items"].items()},
    )
