"""The section of the settings: one mini-program, and what WeChat pushes to it. Secrets are texts or
files.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from adapters.wechat.app import App
from adapters.wechat.push import Mode, PushGate
from adapters.wechat.push_seal import Seal
from adapters.wechat.waybills import DELIVERY_IDS, ParcelLooks
from channel_gateway.addresses import HttpAddress
from channel_gateway.sections import Section, need_secret, read_secret

Style = Literal["result_page_style_id", "deal_msg_style_id", "card_style_id"]


class Settings(Section):
    base_url: HttpAddress
    app_id: str
    parcel_image_url: HttpAddress | None = Field(
        default=None, description="shown beside a parcel; without it WeChat is told of none"
    )
    parcel_couriers: dict[str, str] = Field(
        default_factory=dict, description="WeChat's names of couriers, over the usual ones"
    )
    app_secret: SecretStr | None = None
    app_secret_file: Path | None = None
    push_token: SecretStr | None = Field(
        default=None, description="of the message push; without it nothing pushed is taken"
    )
    push_token_file: Path | None = None
    encoding_aes_key: SecretStr | None = Field(
        default=None, description="of the message push, 43 characters; plain mode needs none"
    )
    encoding_aes_key_file: Path | None = None
    push_mode: Mode = Field(
        default=Mode.SAFE,
        description="as WeChat's console has it; of compatible ones only what is sealed counts",
    )
    push_longest_age_s: int = Field(
        default=300, ge=30, le=3600, description="how far a push's clock may be from ours"
    )
    landing_page: str = Field(
        default="", description="of the mini-program: opens when a message names no page"
    )
    long_term_templates: tuple[str, ...] = Field(
        default=(), description="templates for which one consent serves many messages"
    )
    city_app_id: str | None = Field(
        default=None, description="the official account that holds the city service's messages"
    )
    city_app_secret: SecretStr | None = None
    city_app_secret_file: Path | None = None
    city_styles: dict[str, dict[Style, str]] = Field(
        default_factory=dict, description="the city service's styles, by template"
    )

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("app_secret", self.app_secret, self.app_secret_file)
        _at_most_one("push_token", self.push_token, self.push_token_file)
        _at_most_one("encoding_aes_key", self.encoding_aes_key, self.encoding_aes_key_file)
        _at_most_one("city_app_secret", self.city_app_secret, self.city_app_secret_file)
        if self._is_pushed() and self.push_mode is not Mode.PLAIN and not self._has_aes_key():
            raise ValueError(f"push_mode {self.push_mode} needs encoding_aes_key")
        secret = self.city_app_secret or self.city_app_secret_file
        if (self.city_app_id is None) != (secret is None):
            raise ValueError("city_app_id and city_app_secret go together")
        return self

    def parcel_looks(self) -> ParcelLooks | None:
        """None: parcels are not shown."""
        if self.parcel_image_url is None:
            return None
        return ParcelLooks(self.parcel_image_url, DELIVERY_IDS | self.parcel_couriers)

    def app(self) -> App:
        """Read the secret. Raises `ValueError`, naming the setting."""
        _, secret = read_secret("app_secret", self.app_secret, self.app_secret_file)
        return App(self.base_url.rstrip("/"), self.app_id, secret.strip())

    def city_account(self) -> App | None:
        """None: there is none. Raises `ValueError`, naming the setting."""
        if self.city_app_id is None:
            return None
        given = (self.city_app_secret, self.city_app_secret_file)
        _, secret = read_secret("city_app_secret", *given)
        return App(self.base_url.rstrip("/"), self.city_app_id, secret.strip())

    def push_gate(self) -> PushGate | None:
        """None: pushes are not taken. Raises `ValueError`, naming the setting."""
        if not self._is_pushed():
            return None
        setting, token = read_secret("push_token", self.push_token, self.push_token_file)
        if not token.strip():
            raise ValueError(f"{setting}: is empty")
        longest = timedelta(seconds=self.push_longest_age_s)
        return PushGate(token.strip(), self.push_mode, self._seal(), longest)

    def styles(self) -> Mapping[str, Mapping[str, str]]:
        return {
            template: {str(style): id for style, id in styles.items()}
            for template, styles in self.city_styles.items()
        }

    def _seal(self) -> Seal | None:
        if not self._has_aes_key():
            return None
        given = (self.encoding_aes_key, self.encoding_aes_key_file)
        setting, key = read_secret("encoding_aes_key", *given)
        try:
            return Seal(key.strip(), self.app_id)
        except ValueError as error:
            raise ValueError(f"{setting}: {error}") from None

    def _is_pushed(self) -> bool:
        return self.push_token is not None or self.push_token_file is not None

    def _has_aes_key(self) -> bool:
        return self.encoding_aes_key is not None or self.encoding_aes_key_file is not None


def _at_most_one(name: str, text: SecretStr | None, file: Path | None) -> None:
    if text is not None and file is not None:
        raise ValueError(f"give either {name} or {name}_file")
