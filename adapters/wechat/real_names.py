"""Proof of a citizen's name by WeChat's face verification."""

from adapters.wechat.access_token import AccessTokens
from adapters.wechat.app import App
from adapters.wechat.calls import call_with_token
from adapters.wechat.face import (
    NoSuchSession,
    ask_result,
    begin_session,
    out_seq_no,
    read_begun,
    read_reference,
    read_result,
)
from channel_gateway.domain.people import OpenId, Person
from channel_gateway.ports import (
    Clock,
    ProofBegun,
    ProofResult,
    ProofState,
    Randomness,
    WhyFailed,
)
from channel_gateway.wire import HttpSender

_OVER = ProofResult(ProofState.FAILED, WhyFailed.EXPIRED)
_NONCE = 7  # with 24 characters of our number and a hyphen: all that WeChat takes


class WechatRealNames:
    """Implements `RealNames`."""

    def __init__(
        self,
        app: App,
        tokens: AccessTokens,
        http: HttpSender,
        clock: Clock,
        randomness: Randomness,
        *,
        name: str,
    ) -> None:
        self.name = name
        self._app = app
        self._tokens = tokens
        self._http = http
        self._clock = clock
        self._randomness = randomness

    async def begin(self, number: str, person: Person, openid: OpenId) -> ProofBegun:
        sequence = out_seq_no(number, self._randomness.token(_NONCE))
        now = self._clock.now()
        response = await call_with_token(
            self._tokens,
            self._http,
            lambda token: begin_session(self._app, token, sequence, person, openid),
        )
        return read_begun(response, sequence, now)

    async def result(
        self, number: str, reference: str, person: Person, openid: OpenId
    ) -> ProofResult:
        session = read_reference(reference, number)
        response = await call_with_token(
            self._tokens,
            self._http,
            lambda token: ask_result(self._app, token, session, person, openid),
        )
        over = session.is_over(self._clock.now())
        try:
            told = read_result(response)
        except NoSuchSession:
            if over:
                return _OVER
            raise
        # After the end nobody can begin any more; WeChat may go on saying that it is not done.
        return _OVER if told.state is ProofState.PENDING and over else told
