"""China Post EMS by its present interface (generation 2): orders, traces, and its pushes."""

from pathlib import Path

from pydantic import SecretStr, model_validator

from adapters.couriers.ems.account import Account
from adapters.couriers.ems.courier import Ems
from adapters.couriers.ems.push import REFUSED, Receiver
from adapters.couriers.ems.sealing import SealingKey
from channel_gateway.addresses import HttpAddress
from channel_gateway.ports import Courier, CourierOrders, Tools
from channel_gateway.sections import Section, need_secret, read_secret, read_text
from channel_gateway.service import Callback, Table

_PUSH_LIMIT = 128 * 1024  # a hundred scans, each Chinese character as nine


class Settings(Section):
    base_url: HttpAddress  # https://api.ems.com.cn
    sender_no: str  # 协议客户号
    authorization: SecretStr | None = None  # 授权码
    authorization_file: Path | None = None
    sign_key: SecretStr | None = None  # 签名钥匙: 16 bytes in Base64, as the platform shows it
    sign_key_file: Path | None = None
    push_keys: tuple[SecretStr, ...] = ()  # what its pushes are signed with; two in a rotation
    push_key_files: tuple[Path, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("authorization", self.authorization, self.authorization_file)
        need_secret("sign_key", self.sign_key, self.sign_key_file)
        if bool(self.push_keys) == bool(self.push_key_files):
            raise ValueError("give either push_keys or push_key_files")
        return self

    def account(self) -> Account:
        """Raises `ValueError`, naming the setting."""
        _, authorization = read_secret("authorization", self.authorization, self.authorization_file)
        setting, key = read_secret("sign_key", self.sign_key, self.sign_key_file)
        try:
            sealing_key = SealingKey(key.strip())
        except ValueError as error:
            raise ValueError(f"{setting}: {error}") from None
        base_url = self.base_url.rstrip("/")
        return Account(base_url, self.sender_no, authorization.strip(), sealing_key)

    def pushed_with(self) -> tuple[bytes, ...]:
        """Raises `ValueError`, naming the setting."""
        texts = [key.get_secret_value() for key in self.push_keys]
        texts += [read_text("push_key_files", file).strip() for file in self.push_key_files]
        if not all(texts):
            raise ValueError("push_keys: an empty key vouches for nothing")
        return tuple(text.encode() for text in texts)


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    courier = Ems(settings.account(), tools.http, tools.clock)
    table.offer(Courier, tools.name, courier)
    table.offer(CourierOrders, tools.name, courier)
    receiver = Receiver(table, courier=tools.name, keys=settings.pushed_with())
    table.callbacks.append(
        Callback(
            tools.name,
            f"/couriers/{tools.name}",
            receiver.receive,
            "EMS tells what happened to parcels",
            body_limit=_PUSH_LIMIT,
            refusal=REFUSED,
            keeps_refused=True,
        )
    )
