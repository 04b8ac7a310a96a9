"""The figures as open data, without login: JSON, and CSV as office programs read it."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from pydantic import BaseModel, Field

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import ServiceCatalogue
from channel_gateway.service import Call, Route, Who, Written
from channel_gateway.services.review.figure_keeper import (
    FigureKeeper,
    Figures,
    latest_day,
    month_of,
)
from channel_gateway.services.review.publishing import SEVERAL, PublicRow

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
HELD_BACK = "*"
_BOM = "\ufeff"  # without it office programs take UTF-8 for something else


class OpenRow(BaseModel):
    """null: held back, because it says how few people said, or that could be reckoned from it."""

    service: str | None = Field(description="null: services with few reviews, together")
    service_name: str
    hall: str | None = Field(description="null: online, or halls with few reviews, together")
    hall_name: str
    reviews: int
    levels: dict[int, int | None] = Field(description="how many of each level, 5 to 1")
    satisfaction: str | None = Field(description="levels 3 to 5 of all", examples=["97.5%"])
    bad: int | None = Field(description="levels 1 and 2")
    bad_in_time: int | None = Field(description="of these, rectified with no step overdue")
    excluded: int | None = Field(description="found mistaken or malicious, and not counted")


class OpenReviews(BaseModel):
    """A month's reviews per service and hall. Holds nothing about people."""

    month: str
    up_to: date = Field(description="the last day that is counted")
    smallest_cell: int = Field(
        description="what fewer people have said is put together or held back"
    )
    rows: list[OpenRow]


class OpenReviewsCsv(Written):
    """The same rows as CSV: UTF-8 with a byte order mark, `*` for what is held back.

    What is held back may be a large number too, that would give away a small one. The last column
    of such a row says so.
    """

    media_type: ClassVar[str] = "text/csv; charset=utf-8"

    data: OpenReviews

    def written(self) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        writer.writerows(_cells(self.data))
        return (_BOM + out.getvalue()).encode()


class OpenData:
    def __init__(self, keeper: FigureKeeper, catalogue: ServiceCatalogue) -> None:
        self._keeper = keeper
        self._catalogue = catalogue

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/open-data/reviews",
                self.json,
                "A month's reviews per service and hall, in figures nobody can be recognised by",
                answer=OpenReviews,
                who=Who.ANYONE,
                query=("month",),
                errors=("no_figures",),
            ),
            Route(
                "GET",
                "/open-data/reviews.csv",
                self.csv,
                "The same as CSV (UTF-8 with byte order mark)",
                answer=OpenReviewsCsv,
                who=Who.ANYONE,
                query=("month",),
                errors=("no_figures",),
            ),
        ]

    async def json(self, call: Call) -> OpenReviews:
        """Of the month that is named, else of yesterday's."""
        month = call.query.get("month", month_of(latest_day(call.now)))
        if not _MONTH.fullmatch(month):
            raise Invalid("a month like 2026-03 is wanted", field="query.month")
        return await self._told(await self._keeper.of(month))

    async def csv(self, call: Call) -> OpenReviewsCsv:
        return OpenReviewsCsv(data=await self.json(call))

    async def _told(self, figures: Figures) -> OpenReviews:
        return OpenReviews(
            month=figures.id,
            up_to=figures.up_to,
            smallest_cell=figures.smallest_cell,
            rows=[await self._row(row) for row in figures.rows],
        )

    async def _row(self, row: PublicRow) -> OpenRow:
        service_name, hall_name = await self._names(row)
        return OpenRow(
            service=None if row.service == SEVERAL else row.service,
            service_name=service_name,
            hall=row.hall,
            hall_name=hall_name,
            reviews=row.total,
            levels=dict(zip((5, 4, 3, 2, 1), reversed(row.levels), strict=True)),
            satisfaction=row.satisfaction,
            bad=row.bad,
            bad_in_time=row.in_time,
            excluded=row.excluded,
        )

    async def _names(self, row: PublicRow) -> tuple[str, str]:
        """As they are called now; a service or hall that is no more, by its code."""
        if row.service == SEVERAL:
            return "其他事项（合并）", "合并"
        service = await self._catalogue.name(row.service) or row.service
        if row.hall is None:
            return service, "其他大厅（合并）" if row.merged else "线上"
        bookable = await self._catalogue.bookable(row.service)
        hall = None if bookable is None else bookable.hall(row.hall)
        return service, row.hall if hall is None else hall.name


_COLUMNS = (
    *("月份", "统计截至", "事项编码", "事项", "大厅编码", "大厅", "评价数"),
    *("非常满意", "满意", "基本满意", "不满意", "非常不满意"),
    *("满意率", "差评数", "按期整改数", "不计入数", "说明"),
)
_SAID = f"{HELD_BACK}：为保护评价人，人数较少或可据以推算的数据不公布"


def _cells(data: OpenReviews) -> Iterator[list[str]]:
    """A row's cells in the order of the columns."""
    for row in data.rows:
        counts = [*row.levels.values(), row.satisfaction, row.bad, row.bad_in_time, row.excluded]
        yield [
            *(data.month, str(data.up_to), row.service or "", row.service_name),
            *(row.hall or "", row.hall_name, str(row.reviews)),
            *(HELD_BACK if each is None else str(each) for each in counts),
            _SAID if None in counts else "",
        ]
