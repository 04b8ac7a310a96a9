"""The national set: whole, versioned, and checked by level and scene."""

import pytest

from channel_gateway.services.review.indicator_set import Scene, national_set
from channel_gateway.services.review.refusals import IndicatorUnfit

SET = national_set()


def test_the_set_is_whole() -> None:
    assert list(SET.scenes[Scene.ONLINE].values()) == [
        "办事效率",
        "办事指南精确度",
        "办事便捷度",
        "平台操作性",
    ]
    assert SET.levels == {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
    for level, items in SET.items.items():
        assert len(items) == 8
        assert all(code.startswith(str(level)) for code in items)
    assert (SET.version, "39734" in SET.source) == ("2020-08", True)


def test_codes_are_kept_once_in_the_sets_order() -> None:
    chosen = SET.checked(["115", "online_2", "108", "115"], 1, Scene.ONLINE)

    assert chosen == ("online_2", "108", "115")


@pytest.mark.parametrize(
    ("codes", "level", "scene", "unfit"),
    [
        (["510"], 1, Scene.ONLINE, ["510"]),  # of another level
        (["online_1"], 5, Scene.OFFLINE, ["online_1"]),  # of the other scene
        (["501", "510"], 5, Scene.OFFLINE, ["501"]),  # of an older set
    ],
)
def test_what_does_not_fit_is_named(
    codes: list[str], level: int, scene: Scene, unfit: list[str]
) -> None:
    with pytest.raises(IndicatorUnfit) as refused:
        SET.checked(codes, level, scene)
    assert refused.value.extra == {"unfit": unfit}


def test_a_code_of_an_older_set_says_itself() -> None:
    assert (SET.words("510"), SET.words("501")) == ("一窗受理一次办结", "501")
