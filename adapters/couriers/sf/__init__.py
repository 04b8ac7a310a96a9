"""SF Express 顺丰速运 through its 丰桥: orders, routes asked for, and routes pushed unsigned."""

from pathlib import Path

from pydantic import Field, SecretStr, model_validator

from adapters.couriers.sf.calls import Account
from adapters.couriers.sf.courier import SfCourier
from adapters.couriers.sf.pushes import REFUSED
from adapters.couriers.sf.receiver import RoutePushes
from channel_gateway.addresses import HttpAddress
from channel_gateway.ports import Courier, CourierOrders, Parcels, Tools
from channel_gateway.sections import Section, need_secret, read_secret
from channel_gateway.service import Callback, Table


class Settings(Section):
    base_url: HttpAddress  # https://bspgw.sf-express.com
    partner_id: str  # 顾客编码
    checkword: SecretStr | None = None  # 校验码
    checkword_file: Path | None = None
    monthly_card: str = ""  # 月结卡号, for what the department pays
    express_type: int = Field(1, description="expressTypeId of SF's 快件产品类别表")

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("checkword", self.checkword, self.checkword_file)
        return self

    def account(self) -> Account:
        """Read the secret. Raises `ValueError`, naming the setting."""
        _, checkword = read_secret("checkword", self.checkword, self.checkword_file)
        return Account(
            self.base_url.rstrip("/"),
            self.partner_id,
            checkword.strip(),
            self.monthly_card,
            self.express_type,
        )


def build(table: Table, tools: Tools) -> None:
    account = Settings.model_validate(tools.section).account()
    courier = SfCourier(account, tools.http, tools.clock, tools.randomness)
    table.offer(Courier, tools.name, courier)
    table.offer(CourierOrders, tools.name, courier)
    pushes = RoutePushes(tools.name, lambda: table.offered(Parcels).values())
    table.callbacks.append(
        Callback(
            f"{tools.name}_routes",
            f"/couriers/{tools.name}",
            pushes.receive,
            "Routes of parcels that SF pushes, unsigned (RoutePushService)",
            refusal=REFUSED,
            unsigned=True,
            keeps_refused=True,
        )
    )
