"""Proof of a citizen's name by Alipay's open certification."""

import json

from adapters.alipay.certify import (
    CERTIFY,
    EXPIRED,
    INITIALIZE,
    LIFE,
    QUERY,
    Certification,
    begun,
    check_bound,
    initialize_content,
    outer_order_no,
    read_certify_id,
    read_reference,
    read_result,
)
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from channel_gateway.domain.people import OpenId, Person
from channel_gateway.ports import (
    Clock,
    ProofBegun,
    ProofResult,
    ProofState,
    Randomness,
    Sealing,
    WhyFailed,
)

_NONCE = 12  # with 20 characters of our number: all that Alipay takes
_PLACE = "real_names.reference"
_OVER = ProofResult(ProofState.FAILED, WhyFailed.EXPIRED)


class AlipayRealNames:
    """Implements `RealNames`."""

    def __init__(
        self,
        platform: OpenPlatform,
        clock: Clock,
        randomness: Randomness,
        vault: Sealing,
        *,
        name: str,
    ) -> None:
        self.name = name
        self._platform = platform
        self._clock = clock
        self._randomness = randomness
        self._vault = vault

    async def begin(self, number: str, person: Person, openid: OpenId) -> ProofBegun:
        now = self._clock.now()
        order_no = outer_order_no(number, self._randomness.token(_NONCE))
        content = initialize_content(order_no, person, self._platform.account.app_id)
        certify_id = read_certify_id(await self._platform.call(INITIALIZE, content))
        bound = self._bound(number, certify_id, person, openid)
        address = self._platform.page(CERTIFY, {"certify_id": certify_id}, now)
        return begun(Certification(certify_id, now + LIFE, bound), address)

    async def result(
        self, number: str, reference: str, person: Person, openid: OpenId
    ) -> ProofResult:
        certification = read_reference(reference)
        check_bound(certification, self._bound(number, certification.certify_id, person, openid))
        try:
            node = await self._platform.call(QUERY, {"certify_id": certification.certify_id})
        except AlipayRefused as refusal:
            if refusal.says(EXPIRED):
                return _OVER
            raise
        told = read_result(node)
        over = certification.is_over(self._clock.now())
        return _OVER if told.state is ProofState.PENDING and over else told

    def _bound(self, number: str, certify_id: str, person: Person, openid: OpenId) -> str:
        parts = (number, certify_id, person.name.reveal(), person.id_number.reveal())
        return self._vault.blind_index(json.dumps([*parts, openid.reveal()]), _PLACE)
