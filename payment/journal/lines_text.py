"""An order's lines as one text of a link, `code=fen=name;…`, and back. Pure."""

from channel_gateway.domain.money import Fen
from payment.lines import OrderLine

_LATE = "+"  # before the name of a late fee
_NOT_IN_A_PART = str.maketrans({"=": "\N{FULLWIDTH EQUALS SIGN}", ";": "\N{FULLWIDTH SEMICOLON}"})


def write_lines(lines: tuple[OrderLine, ...]) -> str:
    return ";".join(
        f"{_part(line.code)}={line.amount_fen}={_LATE if line.late else ''}{_part(line.name)}"
        for line in lines
    )


def read_lines(text: str) -> tuple[OrderLine, ...]:
    return tuple(map(_line, text.split(";"))) if text else ()


def _line(text: str) -> OrderLine:
    code, amount, name = text.split("=")
    late = name.startswith(_LATE)
    return OrderLine(code, name.removeprefix(_LATE), Fen(int(amount)), late)


def _part(text: str) -> str:
    """A name that began with the mark would read as a late fee's."""
    return text.translate(_NOT_IN_A_PART).lstrip(_LATE)
