"""A form's patterns: read in linear time, and only what JavaScript reads alike."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.services.catalogue import pattern as patterns
from channel_gateway.services.catalogue.pattern import matches, shortest

# Each backtracks through more than 2^50 ways before it gives up.
DANGEROUS = ["([A-Z0-9]+-?)+[A-Z]", "(?:1+)+x", "(1|11)+x", "(?:1?){60}1{60}x"]


@pytest.mark.parametrize("pattern", DANGEROUS)
def test_a_dangerous_pattern_answers_at_once(pattern: str) -> None:
    assert not matches(pattern, "1" * 60)


def test_patterns_are_read_by_the_engine_that_never_goes_back() -> None:
    assert type(patterns._compiled("[0-9]")) is re2._Regexp


@pytest.mark.parametrize(
    ("pattern", "length"),
    [
        ("", 0),
        ("[0-9]{10,20}", 10),
        ("（[0-9]{4}）.{4,40}号", 11),
        ("[CW][0-9A-Z]{8}", 9),
        (r"(?:ab|c)+\d?(x|yz)*", 1),
        (rb"[\u4e00-\u9fff]".decode("unicode_escape"), 1),
        (r"[^\d\-]\/\.", 3),
        ("𠮷{2}", 2),
        ("a{0}b", 1),
        (r"[^\d\D]a", None),
        (r"[^\d\D]|a", 1),
    ],
)
def test_the_shortest_answer_is_known(pattern: str, length: int | None) -> None:
    assert shortest(pattern) == length


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"\bx", r"x\b", r"\s", r"\pN", r"\Aa", r"a\z", r"\Qa\E", r"\x41", r"a\-b", r"\C"),
        *("^a", "a$", "a|^b", "a*?", "a++", "(?P<n>a)", "(?i)a", "(?=a)", "(?<!a)b", r"(a)\1"),
        *("[[:alpha:]]", "[]a]", "[a[b]", "]", "}", "a{", "a{1", "*", "(a", "a)", "[z-a]"),
    ],
)
def test_what_is_not_common_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"common syntax|regular expression|whole answer"):
        shortest(pattern)


@given(st.text(alphabet="ab1(|)[]{},?:*+\\d.^-", max_size=12))
def test_any_text_is_read_or_refused(pattern: str) -> None:
    try:
        length = shortest(pattern)
    except ValueError:
        return
    assert length is None or length >= 0
