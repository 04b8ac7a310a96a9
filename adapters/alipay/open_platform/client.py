"""The gateway's client: build, send, cut, verify, read; new certificates as they come."""

import asyncio
import json
import logging
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.alipay.open_platform.account import NO_SN, Account, Certified
from adapters.alipay.open_platform.answers import Envelope, read_envelope, read_node
from adapters.alipay.open_platform.requests import gateway_request, page_address
from adapters.alipay.open_platform.sdk import Sdk
from channel_gateway.domain.errors import Forged, Unavailable, UnknownKey
from channel_gateway.ports import Clock
from channel_gateway.wire import HttpSender

log = logging.getLogger(__name__)

_DOWNLOAD = "alipay.open.app.alipaycert.download"
_BETWEEN_DOWNLOADS = timedelta(minutes=1)  # an invented SN must not make us ask on every answer


class OpenPlatform:
    """Calls methods of the open platform in the name of one application."""

    def __init__(self, account: Account, http: HttpSender, clock: Clock) -> None:
        self.account = account
        self._sdk = Sdk(account.app_id, account.app_key)
        self._http = http
        self._clock = clock
        self._keys = dict(account.alipay_keys)
        self._downloading = asyncio.Lock()
        self._downloaded_at: datetime | None = None

    @property
    def alipay_keys(self) -> tuple[RSAPublicKey, ...]:
        """Every key that may have signed a message which names none, the newest first."""
        return tuple(reversed(self._keys.values()))

    async def call(
        self, method: str, biz: Mapping[str, Any] | None = None, **top: str
    ) -> dict[str, Any]:
        """Call a method and return its node, verified and decrypted. Sends once.

        Raises `Unavailable`, also when nobody or a stranger signed the answer: Alipay may have
        acted. Raises `TooMany`, `AlipayRefused`.
        """
        envelope = await self._ask(method, biz, self.account.encrypts, **top)
        try:
            return read_node(envelope, await self._key_of(envelope), self.account.aes_key)
        except Forged as forged:
            told = {"action": "answer_forged", "method": method, "code": forged.code}
            log.warning("answer not believed", extra=told)
            raise Unavailable("an answer of Alipay whose signature does not hold") from forged

    def page(self, method: str, biz: Mapping[str, Any], now: datetime) -> str:
        """The signed address of a method which is a page that the citizen opens."""
        return page_address(self.account, self._sdk, method, biz, now=now)

    async def _ask(
        self, method: str, biz: Mapping[str, Any] | None, encrypts: bool, **top: str
    ) -> Envelope:
        now = self._clock.now()
        request = gateway_request(
            self.account, self._sdk, method, biz, now=now, encrypts=encrypts, **top
        )
        return read_envelope(await self._http.send(request), method)

    async def _key_of(self, envelope: Envelope) -> RSAPublicKey:
        certified = self.account.certified
        if certified is None:
            return self._keys[NO_SN]
        sn = envelope.cert_sn
        if sn not in self._keys:
            async with self._downloading:  # one asks, the others wait and find the key
                if sn not in self._keys:
                    self._keys[sn] = await self._download(sn, certified)
        return self._keys[sn]

    async def _download(self, sn: str, certified: Certified) -> RSAPublicKey:
        """Fetch the certificate Alipay signs with now. Raises `UnknownKey`, `Forged`.

        The answer may be signed with the new key itself: what makes it true is the chain to a root.
        """
        now = self._clock.now()
        asked_lately = self._downloaded_at and now - self._downloaded_at < _BETWEEN_DOWNLOADS
        if sn in ("", certified.app_sn) or asked_lately:  # our own certificate is not Alipay's
            raise UnknownKey(sn)
        self._downloaded_at = now
        envelope = await self._ask(_DOWNLOAD, {"alipay_cert_sn": sn}, encrypts=False)
        key = certified.key_of(_certificate_in(envelope, sn), sn, now)
        read_node(envelope, self._keys.get(envelope.cert_sn, key), None)
        return key


def _certificate_in(envelope: Envelope, sn: str) -> str:
    node = json.loads(envelope.node.decode(envelope.codec))
    packed = node.get("alipay_cert_content") if isinstance(node, dict) else None
    if not isinstance(packed, str):
        raise UnknownKey(sn)
    try:
        return b64decode(packed).decode()
    except ValueError as error:
        raise Forged("the downloaded certificate is not readable") from error
