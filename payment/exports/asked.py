"""What somebody wants exported. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from channel_gateway.domain.errors import Invalid
from payment.exports.table import Units
from payment.exports.what import What

MOST_DAYS = 366


class ExportTooLarge(Invalid):
    """More rows than one answer may have: ask for fewer days, or use the command `export`."""

    code = "export_too_large"
    zh = "数据量超过在线导出上限，请缩小日期范围，或联系运维人员用命令导出。"


@dataclass(frozen=True, slots=True)
class Asked:
    what: What
    first: date
    last: date  # included
    units: Units
    by: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid("the last day is before the first", field="query.to")
        if (self.last - self.first).days >= MOST_DAYS:
            raise Invalid(f"at most {MOST_DAYS} days at once", field="query.to")

    @property
    def days(self) -> list[date]:
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=each) for each in range(count)]

    @property
    def name(self) -> str:
        """Of a file that holds it, without its ending."""
        return f"{self.what}-{self.first}-{self.last}"
