"""The Alipay channel: citizens who open the service inside Alipay's city-service tab."""

from datetime import datetime, timedelta

from adapters.alipay.messages import TOKEN, read_identity, read_phone
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from adapters.alipay.settings import IdMode
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import (
    Clock,
    Collection,
    Index,
    LoginCodeInvalid,
    LoginCodeUsed,
    Sealing,
    Store,
)
from channel_gateway.seen import Seen

LOGIN_CODES = Collection("login_codes", (Index(("forget_at",)),))
_CODE_LIFE = timedelta(hours=24)  # Alipay's own longest


class AlipayChannel:
    """Implements `Channel`."""

    def __init__(
        self,
        platform: OpenPlatform,
        store: Store,
        clock: Clock,
        vault: Sealing,
        *,
        name: str,
        id_mode: IdMode,
    ) -> None:
        self.name = name
        self.app = platform.account.app_id
        self._platform = platform
        self._seen = Seen(store, LOGIN_CODES)
        self._clock = clock
        self._vault = vault
        self._id_mode = id_mode

    async def login(self, code: str) -> OpenId:
        """Change an auth code into the citizen's id.

        Alipay has one word for wrong, expired and used codes. We know which ones we saw accepted.
        """
        key = self._vault.blind_index(f"{self.app}\n{code}", f"{LOGIN_CODES.name}._id")
        try:
            node = await self._platform.call(TOKEN, grant_type="authorization_code", code=code)
        except AlipayRefused as refusal:
            if not refusal.says("code-invalid"):
                raise
            if await self._seen.has(key):
                raise LoginCodeUsed from refusal
            raise LoginCodeInvalid from refusal
        await self._seen.keep(key, until=self._clock.now() + _CODE_LIFE)
        return read_identity(node, self._id_mode)

    async def phone(self, payload: str) -> Phone:
        return read_phone(payload, self._platform.alipay_keys, self._platform.account.aes_key)

    async def forget_codes(self, now: datetime) -> None:
        """Forget codes that have expired by themselves."""
        await self._seen.forget(now)
