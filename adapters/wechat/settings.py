"""The section of the settings: one mini-program; its secret is a text or a file."""

from pathlib import Path

from pydantic import SecretStr, model_validator

from adapters.wechat.app import App
from channel_gateway.addresses import HttpAddress
from channel_gateway.sections import Section, need_secret, read_secret


class Settings(Section):
    base_url: HttpAddress
    app_id: str
    app_secret: SecretStr | None = None
    app_secret_file: Path | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("app_secret", self.app_secret, self.app_secret_file)
        return self

    def app(self) -> App:
        """Read the secret. Raises `ValueError`, naming the setting."""
        _, secret = read_secret("app_secret", self.app_secret, self.app_secret_file)
        return App(self.base_url.rstrip("/"), self.app_id, secret.strip())
