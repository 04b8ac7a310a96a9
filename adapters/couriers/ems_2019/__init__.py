"""China Post EMS by its interface of 2019 (generation 1): orders, and traces that are asked for."""

from pathlib import Path

from pydantic import SecretStr, model_validator

from adapters.couriers.ems_2019.account import Account
from adapters.couriers.ems_2019.courier import Ems
from channel_gateway.addresses import HttpAddress
from channel_gateway.ports import Courier, CourierOrders, Tools
from channel_gateway.sections import Section, need_secret, read_secret
from channel_gateway.service import Table


class Settings(Section):
    base_url: HttpAddress
    app_key: str
    authorization: SecretStr | None = None  # 授权码
    authorization_file: Path | None = None
    app_secret: SecretStr | None = None
    app_secret_file: Path | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("authorization", self.authorization, self.authorization_file)
        need_secret("app_secret", self.app_secret, self.app_secret_file)
        return self

    def account(self) -> Account:
        """Raises `ValueError`, naming the setting."""
        _, authorization = read_secret("authorization", self.authorization, self.authorization_file)
        _, secret = read_secret("app_secret", self.app_secret, self.app_secret_file)
        base_url = self.base_url.rstrip("/")
        return Account(base_url, self.app_key, authorization.strip(), secret.strip())


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    courier = Ems(settings.account(), tools.http, tools.clock)
    table.offer(Courier, tools.name, courier)
    table.offer(CourierOrders, tools.name, courier)
