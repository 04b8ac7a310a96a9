"""Over HTTP an export is a file of a bounded size, and of the caller's units alone."""

from typing import Any

import pytest

from channel_gateway.domain.errors import NotFound
from channel_gateway.ports import Member, Role
from channel_gateway.service import Call
from payment.exports.asked import ExportTooLarge
from payment.exports.endpoints import ExportEndpoints
from payment.exports.exports import Exports
from payment.exports.what import What
from payment.reconciliation.desk.views import units_for
from tests.unit.days.samples import AUDITOR, UNIT_CLERK
from tests.unit.exports.samples import DAY, NOW, Told, row
from tests.unit.payment.fakes import MovedClock


class NoJournal:
    async def head(self) -> None:
        return None


def call(**query: str) -> Call:
    asked = {"from": str(DAY), "to": str(DAY), **query}
    return Call(NOW, "r", {}, asked, None, None, None, member=AUDITOR)


def endpoints(*rows: Any, most: int = 2) -> ExportEndpoints:
    journal: Any = NoJournal()
    exports = Exports({What.MOVEMENTS: Told(rows)}, journal, MovedClock(NOW))
    return ExportEndpoints(exports, most=most)


async def test_as_many_rows_as_an_answer_may_have_are_a_file_with_a_name():
    file = await endpoints(row(), row()).export(What.MOVEMENTS, call(format="csv"))
    assert file.attachment == "movements-2026-03-02-2026-03-02.csv"
    assert file.media_type == "text/csv; charset=utf-8"
    assert file.written().count(b"\r\n") == 3


async def test_one_row_more_is_refused_and_named():
    with pytest.raises(ExportTooLarge) as refused:
        await endpoints(row(), row(), row()).export(What.MOVEMENTS, call())
    assert refused.value.code == "export_too_large"


def test_a_unit_clerk_has_their_units_and_may_ask_for_one_of_them():
    (own,) = UNIT_CLERK.units
    assert units_for(UNIT_CLERK, None) == UNIT_CLERK.units
    assert units_for(UNIT_CLERK, own) == {own}
    with pytest.raises(NotFound):
        units_for(UNIT_CLERK, "330199099")


def test_who_sees_all_may_ask_for_one_unit():
    assert units_for(AUDITOR, None) is None
    assert units_for(AUDITOR, "330199099") == {"330199099"}
    both = Member("both", frozenset({Role.UNIT_CLERK, Role.AUDITOR}), frozenset({"330199011"}))
    assert units_for(both, None) is None
