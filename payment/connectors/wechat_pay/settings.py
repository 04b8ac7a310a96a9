"""The connector's section of the settings; each secret is a text or a file."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.signing import Merchant


class Settings(BaseModel):
    """An unknown key is an error; no error shows a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str
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
        for name in ("merchant_key", "apiv3_key"):
            if (getattr(self, name) is None) == (getattr(self, f"{name}_file") is None):
                raise ValueError(f"give either {name} or {name}_file")
        if (self.public_key_id is None) != (self.public_key_file is None):
            raise ValueError("public_key_id and public_key_file belong together")
        if self.public_key_id is None and not self.certificates:
            raise ValueError(
                "no answer can be verified: give public_key_id, or certificates = true"
            )
        return self

    def account(self) -> Account:
        """Read the files and parse the keys. Raises `ValueError`, `OSError`."""
        key = load_pem_private_key(_secret(self.merchant_key, self.merchant_key_file), None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("merchant_key: not an RSA key")  # noqa: TRY004 (a setting, not a type)
        apiv3_key = _secret(self.apiv3_key, self.apiv3_key_file).strip()
        if len(apiv3_key) != 32:
            raise ValueError("apiv3_key: has to have 32 characters")
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
        key = load_pem_public_key(self.public_key_file.read_bytes())
        if not isinstance(key, RSAPublicKey):
            raise ValueError("public_key_file: not an RSA key")  # noqa: TRY004
        return {self.public_key_id: key}


def _secret(text: SecretStr | None, file: Path | None) -> bytes:
    if text is not None:
        return text.get_secret_value().encode()
    if file is None:
        raise ValueError("neither text nor file")
    return file.read_bytes()
