"""Options and arguments that several commands have. Pure."""

from datetime import date, datetime
from typing import Any

import click

by_method = click.option("--method", help="Of one payment method; all of them, unless said.")


class DayText(click.ParamType[date]):
    """A Beijing day, 2026-03-02."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 (a day)
        except ValueError:
            self.fail(f"{value}: a day like 2026-03-02 is wanted", param, ctx)
