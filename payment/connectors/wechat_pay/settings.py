"""The connector's section of the settings; each secret is a text or a file."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr, model_validator

from channel_gateway.addresses import HttpAddress
from channel_gateway.pem_keys import rsa_private_key, rsa_public_key
from channel_gateway.sections import Section, need_secret, read_secret
from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.signing import Merchant


class Settings(Section):
    base_url: HttpAddress
    mch_id: str
    app_id: str
    merchant_serial: str
    merchant_key: SecretStr | None = None  # PEM
    merchant_key_file: Path | None = None
    apiv3_key: SecretStr | None = None  # 32 characters
    apiv3_key_file: Path | None = None
    public_key_id: str | None = None  # PUB_KEY_ID_…
    public_key_file: Path | None = None
    certificates: bool = False  # fetch the platform's certificates and take them too
    channel: str = "wechat"  # whose citizens pay with it

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("merchant_key", self.merchant_key, self.merchant_key_file)
        need_secret("apiv3_key", self.apiv3_key, self.apiv3_key_file)
        if (self.public_key_id is None) != (self.public_key_file is None):
            raise ValueError("public_key_id and public_key_file belong together")
        if self.public_key_id is None and not self.certificates:
            raise ValueError(
                "no answer can be verified: give public_key_id, or certificates = true"
            )
        return self

    def account(self) -> Account:
        """Read the files and parse the keys. Raises `ValueError`, naming the setting."""
        key = rsa_private_key(
            *read_secret("merchant_key", self.merchant_key, self.merchant_key_file)
        )
        setting, secret = read_secret("apiv3_key", self.apiv3_key, self.apiv3_key_file)
        apiv3_key = secret.encode().strip()
        if len(apiv3_key) != 32:
            raise ValueError(f"{setting}: has to have 32 characters")
        return Account(
            base_url=self.base_url.rstrip("/"),
            app_id=self.app_id,
            merchant=Merchant(self.mch_id, self.merchant_serial, key),
            aead=AESGCM(apiv3_key),
            public_keys=self._public_keys(),
            certificates=self.certificates,
        )

    def _public_keys(self) -> dict[str, RSAPublicKey]:
        if self.public_key_id is None or self.public_key_file is None:
            return {}
        return {self.public_key_id: rsa_public_key("public_key_file", self.public_key_file)}
