"""The signed line to WeChat Pay: what goes out is signed, what comes back is believed only then."""

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path

from channel_gateway.domain.errors import Forged, GatewayError, Unavailable, UnknownKey
from channel_gateway.ports import Clock, Randomness
from channel_gateway.wire import Headers, HttpRequest, HttpResponse, HttpSender
from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.messages import Ask, is_unknown, refusal, said, too_often
from payment.connectors.wechat_pay.sealing import Seal
from payment.connectors.wechat_pay.signing import authorization, target_of
from payment.connectors.wechat_pay.trust import Keys, check, read_certificates

log = logging.getLogger(__name__)

CERTIFICATES = Ask("GET", "/v3/certificates")
PAUSE = timedelta(minutes=1)  # an unknown serial may come from anyone: fetch no oftener
REFRESH_AFTER = timedelta(hours=10)  # the platform asks for less than twelve
TRIES = 2  # a wrong answer may be the platform's probe; a repeated call is not probed


class Api:
    def __init__(
        self, account: Account, http: HttpSender, clock: Clock, randomness: Randomness
    ) -> None:
        self._account = account
        self._http = http
        self._clock = clock
        self._randomness = randomness
        self._fetching = asyncio.Lock()
        self._fetched_at: datetime | None = None
        self.keys: Keys = dict(account.public_keys)

    async def call(self, ask: Ask) -> HttpResponse:
        """Send signed; return a verified answer, or a refusal, which the platform never signs.

        Raises `TooMany`; `Unavailable` also when twice in a row the answer's signature did not
        hold.
        """
        await self._keep_fresh()
        for _ in range(TRIES):
            response = await self.send(ask)
            if response.status >= 300:
                return response
            try:
                await self._believe(response)
            except Forged as forged:
                log.warning("answer not believed", extra={"action": "forged", "why": forged.code})
            else:
                return response
        raise Unavailable("answers of WeChat Pay whose signature does not hold")

    async def send(self, ask: Ask) -> HttpResponse:
        """Send signed, once; the answer is not verified. Raises `Unavailable`, `TooMany`."""
        url = self._account.base_url + ask.target
        request = HttpRequest(ask.method, url, self._signed(ask), ask.body)
        return _known(ask, await self._http.send(request))

    async def download(self, url: str, into: Path, *, at_most_bytes: int) -> HttpResponse:
        """Fetch what an answer gave the address of, signed over that address as it is printed.

        Nobody signs what comes: its hash was in the answer before. Raises `Unavailable`, `TooMany`.
        """
        ask = Ask("GET", target_of(url))
        request = HttpRequest("GET", url, self._signed(ask))
        return _known(ask, await self._http.download(request, into, at_most_bytes=at_most_bytes))

    async def ready(self) -> None:
        """Raise unless there is a key to verify answers with."""
        if self.keys:
            await self._keep_fresh()
        else:
            await self.fetch_certificates()
        if not self.keys:
            raise Unavailable("no key of WeChat Pay is held: neither certificate nor public key")

    async def seal(self) -> Seal:
        """What fields for the platform alone are sealed with: the key we ask to be answered with.

        Raises `Unavailable` while none is held.
        """
        await self.ready()
        serial = self._account.asks_for or list(self.keys)[-1]
        return Seal(serial, self.keys[serial])

    async def learn(self) -> None:
        """Fetch the platform's certificates: one fetch at a time, at most once a minute.

        When it fails, the keys held stay, and the next minute tries again.
        """
        try:
            await self.fetch_certificates()
        except GatewayError as error:
            extra = {"action": "certificates_not_fetched", "why": error.code}
            log.warning("platform certificates not fetched", extra=extra)

    async def fetch_certificates(self) -> None:
        """Like `learn`, but raises what went wrong."""
        if not self._account.certificates:
            return
        async with self._fetching:
            now = self._clock.now()
            if self._fetched_at is None or now - self._fetched_at >= PAUSE:
                self._fetched_at = now
                self.keys = await self._certified()

    async def _certified(self) -> Keys:
        for _ in range(TRIES):
            response = await self.send(CERTIFICATES)
            if said(response)[0] == "RESOURCE_NOT_EXISTS":  # merchants since 2024 have none
                return self._account.public_keys
            if response.status != 200:
                raise refusal(response)
            now = self._clock.now()
            found = read_certificates(response.body, self._account.aead, now)
            try:
                check(response.headers, response.body, {**self.keys, **found}, now)
            except Forged:
                continue
            return {**self._account.public_keys, **found}
        raise Unavailable("platform certificates whose signature does not hold")

    def _signed(self, ask: Ask) -> Headers:
        headers = {
            "Authorization": authorization(
                self._account.merchant,
                ask.method,
                ask.target,
                ask.body,
                timestamp=int(self._clock.now().timestamp()),
                nonce=self._randomness.token(32),
            ),
            "Accept": "application/json",
            "User-Agent": "channel-gateway",
        }
        if ask.body:
            headers["Content-Type"] = "application/json"
        if serial := ask.sealed_with or self._account.asks_for:
            headers["Wechatpay-Serial"] = serial
        return Headers(headers)

    async def _believe(self, response: HttpResponse) -> None:
        try:
            check(response.headers, response.body, self.keys, self._clock.now())
        except UnknownKey:
            await self.learn()
            check(response.headers, response.body, self.keys, self._clock.now())

    async def _keep_fresh(self) -> None:
        if self._fetched_at is None or self._clock.now() - self._fetched_at >= REFRESH_AFTER:
            await self.learn()


def _known(ask: Ask, response: HttpResponse) -> HttpResponse:
    """The answer, if it is known by it what was done. Raises `Unavailable`, `TooMany`."""
    if asked_too_often := too_often(ask, response):
        raise asked_too_often
    if is_unknown(response):
        raise Unavailable(f"WeChat Pay: {said(response)[0] or 'no answer'} ({response.status})")
    return response
