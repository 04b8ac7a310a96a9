"""What may be wrong with a bill: each mistake has a name that reports and docs share. Pure."""

from collections.abc import Callable

from channel_gateway.domain.errors import GatewayError

Remark = Callable[[str], None]  # is told in words what a person should know


def unsaid(_: str) -> None:
    """A `Remark` nobody hears."""


class BillWrong(GatewayError):
    """The bill cannot be used; the text names what is wrong with it and where."""

    code = "bill_wrong"


class BillDamaged(BillWrong):
    """The file is cut off, or does not unpack."""

    code = "bill_damaged"


class BillTooLarge(BillWrong):
    """The file unpacks to more than a day can have: a bomb, or a mistake."""

    code = "bill_too_large"


class BillHashDiffers(BillWrong):
    """The file is not the one whose hash the platform signed."""

    code = "bill_hash_differs"


class BillColumnsChanged(BillWrong):
    """A column that is read is not there: the platform has brought out another layout."""

    code = "bill_columns_changed"


class BillLineUnreadable(BillWrong):
    """A line does not have the shape of its columns."""

    code = "bill_line_unreadable"


class BillLineTwice(BillWrong):
    """The same line stands there twice."""

    code = "bill_line_twice"


class BillWordUnknown(BillWrong):
    """A kind of business nobody has told us of: a person says whether it is the day's takings."""

    code = "bill_word_unknown"


class BillMissing(BillWrong):
    """One bill of a day is there, and the one that must come with it is not."""

    code = "bill_missing"


class BillOfAnotherDay(BillWrong):
    """The bill says that it is of another day than was asked for."""

    code = "bill_of_another_day"
