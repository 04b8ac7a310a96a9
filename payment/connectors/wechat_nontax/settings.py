"""The connector's section of the settings; each secret is a text or a file."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from adapters.wechat.app import App
from adapters.wechat.push_seal import Seal
from channel_gateway.addresses import HttpAddress
from channel_gateway.sections import Section, need_secret, read_secret
from payment.connectors.wechat_nontax.account import Account, Gate

# «ctiyservice» is how the platform spells it.
Scene = Literal["biz", "ctiyservice", "miniprogram", "offline", "pc", "app", "other"]


class Settings(Section):
    base_url: HttpAddress
    app_id: str = Field(description="whose access token opens the platform, and whose openids pay")
    app_secret: SecretStr | None = None
    app_secret_file: Path | None = None
    service_id: int | None = Field(None, description="given by the platform; `check_fee` needs it")
    bank_id: str = Field(description="given by the platform: the bank that receives the money")
    bank_account: str = Field("", description="清分账号, where the bank divides what it receives")
    mch_id: str = Field(description="the bank's merchant number, which bills are asked for by")
    scene: Scene = "miniprogram"
    return_url: HttpAddress | None = Field(
        None,
        description="where the platform's page leads in the end; all but miniprogram need it",
    )
    payer_ip: str = Field(
        "127.0.0.1", description="told as the citizen's address, which is not kept here"
    )
    auto_call_pay: bool = Field(True, description="the platform's page begins to pay by itself")
    penalty_units: tuple[str, ...] = Field(
        (),
        description="执收单位 whose notices are fines (类型 2, and 加罚 instead of 滞纳金)",
    )
    check_fee: bool = Field(
        False, description="ask the platform for the notice before ordering: it must owe the same"
    )
    notify_token: SecretStr | None = Field(None, description="what calls from the platform bear")
    notify_token_file: Path | None = None
    notify_aes_key: SecretStr | None = Field(None, description="what they are sealed with, 43 long")
    notify_aes_key_file: Path | None = None
    longest_age_s: int = Field(
        300, ge=30, le=3600, description="how far the clock of a call may be from ours"
    )
    channel: str = "wechat"  # whose citizens pay with it

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("app_secret", self.app_secret, self.app_secret_file)
        need_secret("notify_token", self.notify_token, self.notify_token_file)
        need_secret("notify_aes_key", self.notify_aes_key, self.notify_aes_key_file)
        if self.scene != "miniprogram" and self.return_url is None:
            raise ValueError(f"scene {self.scene} needs return_url")
        if self.check_fee and self.service_id is None:
            raise ValueError("check_fee needs service_id")
        return self

    def account(self) -> Account:
        """Read the files. Raises `ValueError`, naming the setting."""
        _, secret = read_secret("app_secret", self.app_secret, self.app_secret_file)
        return Account(
            app=App(self.base_url.rstrip("/"), self.app_id, secret.strip()),
            service_id=self.service_id,
            bank_id=self.bank_id,
            bank_account=self.bank_account,
            mch_id=self.mch_id,
            scene=self.scene,
            return_url=self.return_url,
            payer_ip=self.payer_ip,
            auto_call_pay=self.auto_call_pay,
            penalty_units=frozenset(self.penalty_units),
            check_fee=self.check_fee,
            gate=self._gate(),
        )

    def _gate(self) -> Gate:
        setting, token = read_secret("notify_token", self.notify_token, self.notify_token_file)
        if not token.strip():
            raise ValueError(f"{setting}: is empty")
        setting, key = read_secret("notify_aes_key", self.notify_aes_key, self.notify_aes_key_file)
        try:
            seal = Seal(key.strip(), self.app_id)
        except ValueError as error:
            raise ValueError(f"{setting}: {error}") from None
        return Gate(token.strip(), seal, timedelta(seconds=self.longest_age_s))
