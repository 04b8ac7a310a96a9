"""Which couriers can carry something which way: what citizens give has to be ordered."""

from collections.abc import Callable, Mapping

from channel_gateway.ports import Courier, CourierOrders
from channel_gateway.services.licence_delivery.delivery import Direction


class Carriers:
    def __init__(
        self,
        couriers: Callable[[], Mapping[str, Courier]],
        orders: Callable[[], Mapping[str, CourierOrders]],
    ) -> None:
        """Who is there is asked for late: plug-ins offer themselves one after the other."""
        self._couriers = couriers
        self._orders = orders

    def carry(self, courier: str, direction: Direction) -> bool:
        """A licence may also be given to a courier by the department itself."""
        ordered = direction is Direction.OUT or courier in self._orders()
        return ordered and courier in self._couriers()
