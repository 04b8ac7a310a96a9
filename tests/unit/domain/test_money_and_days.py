"""Money is exact, days are Beijing's, late fees stop at the principal."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.days import (
    beijing_day,
    beijing_text,
    day_start,
    in_reach,
    milliseconds,
    moment_from_beijing_text,
    moment_from_rfc3339,
    moment_of,
    months_later,
    next_midnight,
    rfc3339,
)
from channel_gateway.domain.errors import Invalid, Malformed
from channel_gateway.domain.late_fee import late_fee
from channel_gateway.domain.money import Fen, fen_from_yuan, yuan_from_fen
from channel_gateway.domain.notices import FeeItem, LateRule
from channel_gateway.domain.people import IdNumber, OpenId, PersonName, Phone

MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone)
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_fen_to_yuan_and_back_is_exact(fen: int) -> None:
    assert fen_from_yuan(yuan_from_fen(Fen(fen))) == fen


@pytest.mark.parametrize(
    "text", ["", "1.005", "1e3", " 1", "1,000", "+1", ".5", "1.", "一", "１２"]
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        fen_from_yuan(text)


@given(MOMENTS)
def test_moments_survive_their_texts(moment: datetime) -> None:
    second = moment.replace(microsecond=0)
    assert moment_from_rfc3339(rfc3339(moment)) == second
    assert moment_from_beijing_text(beijing_text(moment)) == second
    assert moment_of(milliseconds(moment)) == moment.replace(
        microsecond=moment.microsecond // 1000 * 1000
    )


@pytest.mark.parametrize("text", ["0001-01-01 00:00:00", "9999-12-31 23:59:59"])
def test_a_beijing_text_outside_our_time_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        moment_from_beijing_text(text)


@given(MOMENTS)
def test_a_day_begins_at_beijings_midnight(moment: datetime) -> None:
    day = beijing_day(moment)
    assert day_start(day) <= moment < next_midnight(moment)
    assert next_midnight(moment) - day_start(day) == timedelta(days=1)


def test_a_moment_before_utcs_midnight_is_the_next_beijing_day() -> None:
    assert beijing_day(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)


def fine(amount_fen: int) -> list[FeeItem]:
    return [FeeItem("1030501", "罚款", "元", 1, Fen(amount_fen), LateRule(300))]


# Three per cent a day, half up to the fen, never above the fine (行政处罚法 art. 72).
@pytest.mark.parametrize(
    ("amount_fen", "days_late", "late_fen"),
    [
        (20000, 0, 0),
        (20000, 1, 600),
        (20000, 10, 6000),
        (20000, 33, 19800),
        (20000, 34, 20000),
        (20000, 400, 20000),
        (15055, 7, 3162),
    ],
)
def test_a_late_fee_grows_by_the_day_and_stops_at_the_principal(
    amount_fen: int, days_late: int, late_fen: int
) -> None:
    due_on = date(2026, 3, 2)
    now = day_start(due_on + timedelta(days=days_late)) + timedelta(hours=9)
    assert late_fee(fine(amount_fen), due_on, now).fen == late_fen


def test_a_late_fee_holds_until_midnight_while_it_grows_and_for_ever_when_capped() -> None:
    due_on = date(2026, 3, 2)
    on_time = late_fee(fine(20000), due_on, day_start(due_on))
    late = late_fee(fine(20000), due_on, day_start(date(2026, 3, 5)))
    capped = late_fee(fine(20000), due_on, day_start(date(2026, 5, 1)))
    assert on_time.valid_until == day_start(date(2026, 3, 3))
    assert late.valid_until == day_start(date(2026, 3, 6))
    assert capped.valid_until is None


def test_a_fee_without_a_late_rate_never_changes() -> None:
    plain = [FeeItem("103043211", "不动产登记费", "次", 1, Fen(8000))]
    assert late_fee(plain, date(2026, 3, 2), day_start(date(2026, 9, 1))).valid_until is None


@pytest.mark.parametrize("due_on", [date.min, date.max])
def test_no_due_day_is_too_far_to_be_reckoned_with(due_on: date) -> None:
    fee = late_fee(fine(20000), due_on, day_start(date(2026, 9, 1)))
    assert (fee.fen, fee.valid_until) == (20000 if due_on == date.min else 0, None)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "1899-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_a_moment_at_the_calendars_edge_is_none_of_ours(text: str) -> None:
    with pytest.raises(Malformed):
        moment_from_rfc3339(text)
    with pytest.raises(ValueError, match="1900"):
        in_reach(datetime.fromisoformat(text))


def test_people_print_masked_and_reveal_by_name_only() -> None:
    person = [PersonName("张三丰"), Phone("13800000000"), OpenId("oUpF8uMuAJO"), IdNumber(ID)]
    shown = f"{person} {person[0]} {person[1]} {person[2]} {person[3]}"
    assert all(secret.reveal() not in shown for secret in person)
    assert str(person[1]) == "138****0000"


ID = "990101199003070015"  # region 990101 is assigned to nobody


WRONG_IDS = ["", "99010119900307001", ID[:-1] + "2", "99010119900307001Y", "９" + ID[1:]]


@pytest.mark.parametrize("wrong", WRONG_IDS)
def test_an_identity_number_with_a_wrong_check_character_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid):
        IdNumber(wrong)


IMPOSSIBLE = (
    "99010119901345",
    "99010119900230",
    "99010118991231",
    "99010121000101",
    "00000019900307",
)


@pytest.mark.parametrize("begins", IMPOSSIBLE)
def test_an_identity_number_has_a_day_of_birth_and_a_region(begins: str) -> None:
    with pytest.raises(Invalid):
        IdNumber(numbered(f"{begins}001"))
    assert IdNumber(numbered("99010120000229001")).born == date(2000, 2, 29)


def numbered(seventeen: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True))
    return seventeen + "10X98765432"[total % 11]


@pytest.mark.parametrize("name", ["林示例", "玛丽·居里", " Anna Muster ", "Jose\u0301", "𠮷田"])
def test_a_name_is_what_somebody_can_be_called(name: str) -> None:
    assert PersonName.written(name).reveal() == name.strip()


@pytest.mark.parametrize(
    "name", ["", "123", "林3", "<script>", "a<b>c", "林\u200b示例", "林" * 51, "\u3164\u3164"]
)
def test_nobody_is_called_by_figures_or_signs(name: str) -> None:
    with pytest.raises(Invalid):
        PersonName.written(name)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-11-15", 3, "2027-02-15"),
        ("2026-12-01", 12, "2027-12-01"),
    ],
)
def test_months_later_it_is_the_same_day_or_the_month_s_last(day, months, later):
    moment = moment_from_beijing_text(f"{day} 00:30:00")  # in UTC still the day before

    assert beijing_text(months_later(moment, months)) == f"{later} 00:30:00"
