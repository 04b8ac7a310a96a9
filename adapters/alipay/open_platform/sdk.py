"""The one module that knows python-alipay-sdk: it builds the parameters and signs them. Pure.

Not used of it: its HTTP (blocks), its local time (Beijing time is passed in), its cutting of
answers (counts braces inside strings) and its arithmetic (pycryptodome, six times slower).
"""

import logging
import sys
from datetime import datetime
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapters.alipay.open_platform import rsa2
from channel_gateway.domain.days import beijing_text

# The SDK's own `loggers` module runs logging.config at import, which closes every handler the
# program has opened and adds one of its own. A module of that name that only names the logger
# stands in its place.
_quiet: Any = ModuleType("alipay.loggers")
_quiet.logger = logging.getLogger("python-alipay-sdk")
sys.modules.setdefault("alipay.loggers", _quiet)

from alipay import AliPay  # noqa: E402


class Sdk(AliPay):  # type: ignore[misc]  # the SDK has no types
    """The SDK over a key that was parsed once and is held by `cryptography`."""

    def __init__(self, app_id: str, app_key: RSAPrivateKey) -> None:
        self._held = app_key
        super().__init__(appid=app_id, sign_type="RSA2")

    def _load_key(self) -> None:
        self._app_private_key = self._held

    def _sign(self, unsigned_string: str) -> str:
        return rsa2.sign(unsigned_string.encode(), self._held)

    def signed_pairs(
        self, method: str, now: datetime, biz_content: str, top: dict[str, str]
    ) -> list[str]:
        """Return `name=value` pairs, sorted, percent-encoded for a URL or a form, `sign` last.

        Empty parameters are left out: the rule says they are not signed, SDKs disagree.
        """
        parameters = {
            **self.build_body(method, **top),
            "timestamp": beijing_text(now),
            "biz_content": biz_content,
        }
        signed: str = self.sign_data({name: text for name, text in parameters.items() if text})
        return signed.split("&")
