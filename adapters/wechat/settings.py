"""The section of the settings: one mini-program; its secret is a text or a file."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from adapters.wechat.app import App


class Settings(BaseModel):
    """An unknown key is an error; no error shows a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str
    app_id: str
    app_secret: SecretStr | None = None
    app_secret_file: Path | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        if (self.app_secret is None) == (self.app_secret_file is None):
            raise ValueError("give either app_secret or app_secret_file")
        return self

    def app(self) -> App:
        """Read the secret. Raises `OSError`."""
        if self.app_secret_file is not None:
            secret = self.app_secret_file.read_text().strip()
        else:
            secret = self.app_secret.get_secret_value() if self.app_secret else ""
        return App(self.base_url.rstrip("/"), self.app_id, secret)
