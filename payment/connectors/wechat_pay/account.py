"""Our account at WeChat Pay, every key parsed once."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from payment.connectors.wechat_pay.signing import Merchant
from payment.connectors.wechat_pay.trust import Keys


@dataclass(frozen=True, slots=True)
class Account:
    base_url: str  # no slash at the end
    app_id: str
    merchant: Merchant
    aead: AESGCM = field(repr=False)  # holds the APIv3 key
    public_keys: Keys  # from the settings, by their PUB_KEY_ID_
    certificates: bool  # whether the platform's certificates are fetched too

    @property
    def asks_for(self) -> str | None:
        """The key that answers shall be signed with, said in each request."""
        return next(iter(self.public_keys), None)
