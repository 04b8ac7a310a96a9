"""Which payment method a citizen is offered for a notice: data from the settings. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.notices import Notice
from payment.ports import PaymentMethod


@dataclass(frozen=True, slots=True)
class Reservation:
    """Notices that the citizens of a method's channel pay by this method alone."""

    method: str
    region: str = ""  # how the notice's region begins; empty: everywhere
    units: frozenset[str] = frozenset()  # empty: every unit there

    def covers(self, notice: Notice) -> bool:
        return notice.region.startswith(self.region) and (
            not self.units or notice.unit_code in self.units
        )


class Choice:
    """The methods there are, and the notices some of them are reserved for."""

    def __init__(
        self, methods: Mapping[str, PaymentMethod], reservations: Iterable[Reservation] = ()
    ) -> None:
        """Raises `ValueError` for a reservation of a method that nobody offers."""
        self._methods = tuple(methods.values())
        self._reservations = tuple(reservations)
        self._reserved = {each.method for each in self._reservations}
        if unknown := self._reserved - methods.keys():
            raise ValueError(f"reserved: {', '.join(sorted(unknown))} is no payment method here")

    def of(self, channel: str, notice: Notice, name: str | None) -> PaymentMethod:
        """The method for a notice, or the one named if it is among those offered.

        A reserved method is offered for its own notices, and for those no other is; raises
        `Invalid`.
        """
        offered = self._offered(channel, notice)
        if name is not None:
            offered = [method for method in offered if method.name == name]
        if not offered:
            raise Invalid("this cannot be paid with in your channel", field="method")
        return offered[0]

    def _offered(self, channel: str, notice: Notice) -> list[PaymentMethod]:
        here = [method for method in self._methods if method.channel == channel]
        claimed = {each.method for each in self._reservations if each.covers(notice)}
        if own := [method for method in here if method.name in claimed]:
            return own
        return [method for method in here if method.name not in self._reserved]
