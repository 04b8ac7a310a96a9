"""The section of the settings: one mini-program; its secret is a text or a file."""

from pathlib import Path

from pydantic import Field, SecretStr, model_validator

from adapters.wechat.app import App
from adapters.wechat.waybills import DELIVERY_IDS, ParcelLooks
from channel_gateway.addresses import HttpAddress
from channel_gateway.sections import Section, need_secret, read_secret


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

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("app_secret", self.app_secret, self.app_secret_file)
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
