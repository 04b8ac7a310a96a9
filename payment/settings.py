"""What an operator says about payment: who keeps notices, who pays how, what lies where."""

from pathlib import Path

from pydantic import Field

from channel_gateway.sections import Section


class Chosen(Section):
    """A finance authority beside the one of `finance`, and whose notices it keeps."""

    finance: str = Field(description="the plug-in that speaks with it")
    region: str = Field(
        "",
        pattern="^[0-9]{0,20}$",
        description="how the 缴款码 of its notices begin; empty: everywhere; with units and "
        "without a region a row says only where their notices are issued",
    )
    units: tuple[str, ...] = Field((), description="执收单位; empty: every unit there")


class Reserved(Section):
    """Units whose citizens of a channel pay by one method, and nobody else does."""

    method: str = Field(description="the plug-in of the payment method")
    region: str = Field(
        "",
        pattern="^[0-9]{0,6}$",
        description="how the 行政区划 of its notices begin; empty: everywhere",
    )
    units: tuple[str, ...] = Field((), description="执收单位; empty: every unit there")


class Settings(Section):
    finance: str = Field(description="the plug-in that speaks with the finance authority")
    authorities: tuple[Chosen, ...] = Field(
        (),
        description="others, each for a region and its units; the one that fits with the longest "
        "region is asked first",
    )
    calendar: str = Field("calendar", description="the plug-in that knows the working days")
    reserved: tuple[Reserved, ...] = Field(
        (),
        description="payment methods for some regions and units alone: of a notice that one here "
        "covers, its channel's citizens pay by it and by no other",
    )
    people: str = Field("citizen", description="the plug-in that knows the citizens")
    page: str = Field(
        "",
        description="of the mini-program, that shows an order; {id} stands for its id; "
        "empty: messages open none",
    )
    receipt_font: Path | None = Field(
        None, description="a TrueType font with Chinese that receipts are set in instead of ours"
    )
    receipt_missing_after_h: int = Field(
        24, ge=1, le=720, description="how long finance may take before a receipt is missing"
    )
    real_name: bool = Field(
        False, description="list what somebody owes for a name proven by their face alone"
    )
    traces_days: int = Field(
        400, ge=1, le=3650, description="how long requests and callbacks are remembered in words"
    )
    bills_folder: Path = Field(
        Path("var/bills"), description="where the platforms' bills are kept, for us alone"
    )
    archive_folder: Path = Field(
        Path("var/archive"), description="where orders are put away to, for us alone"
    )
    archive_after_days: int = Field(
        1100,
        ge=400,
        le=36500,
        description="how long an order stays in the store at least, from the day it was made on",
    )
