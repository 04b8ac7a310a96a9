"""The section of the settings: one Alipay application; each secret is a text or a file."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr, model_validator

from adapters.alipay.open_platform.account import NO_SN, Account, certified_keys
from adapters.alipay.open_platform.content import content_key
from adapters.alipay.open_platform.rsa2 import private_key, public_key
from channel_gateway.addresses import HttpAddress
from channel_gateway.pem_keys import parsed
from channel_gateway.sections import Section, need_secret, read_secret, read_text

_PRIVATE = "an RSA private key is wanted, in PEM or the bare Base64 of Alipay's key tool"
_AES = "16 bytes are wanted, written as 24 characters of Base64"
_PUBLIC = "an RSA public key is wanted, in PEM or the bare Base64 of Alipay's console"


class IdMode(StrEnum):
    """Which name of a citizen Alipay gives this application; new applications get `open_id` only.

    It is a setting and never a fallback: the same citizen would get two names.
    """

    OPEN_ID = "open_id"
    USER_ID = "user_id"


class ApplicationSettings(Section):
    """The three certificate files, when given, win over `alipay_public_key_file`."""

    gateway_url: HttpAddress
    app_id: str
    app_key: SecretStr | None = None  # PEM, or the bare Base64 of Alipay's key tool
    app_key_file: Path | None = None
    alipay_public_key_file: Path | None = None  # public-key mode
    app_cert_file: Path | None = None  # certificate mode
    alipay_cert_file: Path | None = None
    alipay_root_cert_file: Path | None = None
    aes_key: SecretStr | None = None  # 24 characters, as the console shows it
    aes_key_file: Path | None = None
    encrypt: bool = False  # whether `biz_content` travels encrypted
    id_mode: IdMode = IdMode.OPEN_ID

    @model_validator(mode="after")
    def _complete(self) -> "ApplicationSettings":
        need_secret("app_key", self.app_key, self.app_key_file)
        files = (self.app_cert_file, self.alipay_cert_file, self.alipay_root_cert_file)
        if any(files) and not all(files):
            raise ValueError("certificate mode needs app_, alipay_ and alipay_root_cert_file")
        if not any(files) and self.alipay_public_key_file is None:
            raise ValueError("no answer can be verified: give alipay_public_key_file")
        return self

    def account(self, now: datetime) -> Account:
        """Read the files and parse the keys, once. Raises `ValueError`, naming the setting."""
        key_setting, pem = read_secret("app_key", self.app_key, self.app_key_file)
        app_key = parsed(key_setting, pem, private_key, _PRIVATE)
        certified = None
        if self.app_cert_file and self.alipay_cert_file and self.alipay_root_cert_file:
            certified, keys = certified_keys(
                read_text("app_cert_file", self.app_cert_file),
                read_text("alipay_cert_file", self.alipay_cert_file),
                read_text("alipay_root_cert_file", self.alipay_root_cert_file),
                app_key,
                now,
            )
        elif self.alipay_public_key_file:
            setting = "alipay_public_key_file"
            pem = read_text(setting, self.alipay_public_key_file)
            keys = {NO_SN: parsed(setting, pem, public_key, _PUBLIC)}
        aes_setting, aes_key = read_secret("aes_key", self.aes_key, self.aes_key_file)
        return Account(
            gateway_url=self.gateway_url.partition("?")[0],
            app_id=self.app_id,
            app_key=app_key,
            alipay_keys=keys,
            certified=certified,
            aes_key=parsed(aes_setting, aes_key.strip(), content_key, _AES) if aes_key else None,
            encrypts=self.encrypt,
        )
