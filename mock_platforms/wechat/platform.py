"""The open platform's calls."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from inspect import isawaitable
from typing import Any

from mock_platforms.routes import Handler, Route
from mock_platforms.stage import Stage
from mock_platforms.wechat.accounts import Account
from mock_platforms.wechat.city import City
from mock_platforms.wechat.codes import Codes
from mock_platforms.wechat.errors import Errcode, done
from mock_platforms.wechat.faces import LIFE, Faces
from mock_platforms.wechat.messages import Message, Messages
from mock_platforms.wechat.pushes import SENT, Pushes
from mock_platforms.wechat.tokens import Tokens
from mock_platforms.wire import Request, Response, json_response

FACE = "/cityservice/face/identify"

Rule = Callable[[Request], Mapping[str, Any]]
BodyRule = Callable[[Mapping[str, Any]], Mapping[str, Any]]
WholeRule = Callable[[Mapping[str, Any]], Awaitable[Response]]


@dataclass
class OpenPlatform:
    stage: Stage
    app_id: str
    app_secret: str
    tokens: Tokens
    logins: Codes
    phones: Codes
    faces: Faces
    official: Account  # that holds the city service's messages
    pushes: Pushes
    messages: Messages = field(default_factory=Messages)
    city: City = field(default_factory=City)
    citizens: set[str] = field(default_factory=set)  # openids that have opened the mini-program
    session_keys: dict[str, str] = field(default_factory=dict)  # by openid; the newest only

    def routes(self) -> list[Route]:
        plain, guarded = self._plain, self._guarded
        rows = [
            Route("GET", "/sns/jscode2session", as_text(plain(self.code2session)), "code2session"),
            Route("GET", "/cgi-bin/token", plain(self.token), "token"),
            Route("POST", "/cgi-bin/stable_token", plain(self.stable_token), "stable_token"),
            Route("GET", "/wxa/checksession", guarded(self.check_session), "checksession"),
            Route(
                "POST",
                "/wxa/business/getuserphonenumber",
                guarded(self.phone_number),
                "getuserphonenumber",
            ),
            Route("POST", "/cgi-bin/message/subscribe/send", guarded(self.send), "subscribe.send"),
            Route(
                "POST",
                "/cityservice/sendmsgdata",
                guarded(self.send_card, self.official.tokens),
                "sendmsgdata",
            ),
            Route("POST", f"{FACE}/getverifyid", guarded(self.begin_face), "getverifyid"),
            Route("POST", f"{FACE}/queryverifyinfo", guarded(self.face_result), "queryverifyinfo"),
        ]
        return [*rows, *map(self._wrong_way, rows)]

    def code2session(self, request: Request) -> Mapping[str, Any]:
        query = request.query
        if self._account(query) is self.official.tokens:
            raise Errcode(40013)
        if not query.get("js_code"):
            raise Errcode(41008)
        if query.get("grant_type") != "authorization_code":
            raise Errcode(40002)
        openid = self.logins.take(query["js_code"], self.stage.clock.now())
        self.session_keys[openid] = b64encode(self.stage.randomness.bytes(16)).decode()
        return {"session_key": self.session_keys[openid], "openid": openid}

    def token(self, request: Request) -> Mapping[str, Any]:
        tokens = self._account(request.query)
        if request.query.get("grant_type") != "client_credential":
            raise Errcode(40002)
        text, seconds = tokens.new_plain(self.stage.clock.now())
        return {"access_token": text, "expires_in": seconds}

    def stable_token(self, request: Request) -> Mapping[str, Any]:
        body = _body(request)
        tokens = self._account(body)
        if body.get("grant_type") != "client_credential":
            raise Errcode(40002)
        force = body.get("force_refresh", False)
        if not isinstance(force, bool):
            raise Errcode(47001)
        text, seconds = tokens.get_stable(self.stage.clock.now(), force_refresh=force)
        return {"access_token": text, "expires_in": seconds}

    def check_session(self, request: Request) -> Mapping[str, Any]:
        """Check a session: the signature is the HMAC of nothing, under the key's text as it is."""
        query = request.query
        key = self.session_keys.get(query.get("openid", ""), "")
        right = hmac.new(key.encode(), b"", hashlib.sha256).hexdigest()
        if not key or not hmac.compare_digest(right, query.get("signature", "")):
            raise Errcode(87009)
        return done()

    def phone_number(self, request: Request) -> Mapping[str, Any]:
        now = self.stage.clock.now()
        number = self.phones.take(str(_body(request).get("code", "")), now)
        return done(
            phone_info={
                "phoneNumber": number,
                "purePhoneNumber": number,
                "countryCode": "86",
                "watermark": {"timestamp": int(now.timestamp()), "appid": self.app_id},
            }
        )

    def send(self, request: Request) -> Mapping[str, Any]:
        message = self.messages.accept(_body(request), self.stage.clock.now())
        number = self.stage.randomness.integer(10**17, 10**18)
        lost = self.stage.faults.take("wechat", "message_undelivered", "subscribe.send")
        if not lost:
            self.messages.inbox.append(message)
        ended = ("1", "system failed") if lost else ("0", "success")
        told = {
            "TemplateId": message.template_id,
            "MsgID": str(number),
            "ErrorCode": ended[0],
            "ErrorStatus": ended[1],
        }
        self.pushes.listed(SENT, message.openid, [told])
        return done(msgid=number)

    def send_card(self, request: Request) -> Mapping[str, Any]:
        now = self.stage.clock.now()
        card, new = self.city.send(_body(request), now)
        if new:
            told = (card.openid, card.biz_template_id, "", card.data, now, card.order_no)
            self.messages.inbox.append(Message(*told))
        page = f"{self.stage.base_url('wechat')}/result/{card.order_no}" if card.result_page else ""
        return done(result_page_url=page)

    def begin_face(self, request: Request) -> Mapping[str, Any]:
        session = self.faces.begin(_body(request), self.citizens, self.stage.clock.now())
        return done(verify_id=session.verify_id, expires_in=int(LIFE.total_seconds()))

    def face_result(self, request: Request) -> Mapping[str, Any]:
        return done(verify_ret=self.faces.result(_body(request)))

    def posts(self, path: str, rule: BodyRule, operation: str) -> list[Route]:
        """Return a call behind the access token, and who says that it wants POST."""
        row = Route("POST", path, self._guarded(lambda asked: rule(_body(asked))), operation)
        return [row, self._wrong_way(row)]

    def whole_posts(self, path: str, rule: WholeRule, operation: str) -> list[Route]:
        """As `posts`, for a call that asks somebody else first, or whose answer is no JSON."""

        async def handle(request: Request) -> Response:
            try:
                self._admit(request, self.tokens)
                return await rule(_body(request))
            except Errcode as error:
                return error.response(self.rid())

        row = Route("POST", path, handle, operation)
        return [row, self._wrong_way(row)]

    def rid(self) -> str:
        return "-".join(self.stage.randomness.hex(8) for _ in range(3))

    def _plain(self, rule: Rule) -> Handler:
        def handle(request: Request) -> Response:
            try:
                return json_response(rule(request))
            except Errcode as error:
                return error.response(self.rid())

        return handle

    def _wrong_way(self, row: Route) -> Route:
        """Return the row that says which method a call wants: with HTTP 200, like all errors."""
        other, errcode = ("GET", 43002) if row.method == "POST" else ("POST", 43001)

        def refuse(_: Request) -> Mapping[str, Any]:
            raise Errcode(errcode)

        return replace(row, method=other, handle=self._plain(refuse))

    def _guarded(self, rule: Rule, tokens: Tokens | None = None) -> Handler:
        """Return a handler that asks for the access token first: the mini-program's unless said."""
        wanted = self.tokens if tokens is None else tokens

        def checked(request: Request) -> Mapping[str, Any]:
            self._admit(request, wanted)
            return rule(request)

        return self._plain(checked)

    def _admit(self, request: Request, wanted: Tokens) -> None:
        """Let a call with one of these access tokens pass. Raises Errcode."""
        others = self.official.tokens if wanted is self.tokens else self.tokens
        now, token = self.stage.clock.now(), request.query.get("access_token")
        if token and self.stage.faults.take("wechat", "token_killed", "access_token"):
            wanted.kill(token, now)
        if token in others.known:
            raise Errcode(48001)
        wanted.check(token, now)

    def _account(self, given: Mapping[str, Any]) -> Tokens:
        """Return the tokens of the account that names itself. Raises Errcode."""
        for name, missing in (("appid", 41002), ("secret", 41004)):
            if not given.get(name):
                raise Errcode(missing)
        ours = Account(self.app_id, self.app_secret, self.tokens)
        named = {account.app_id: account for account in (ours, self.official)}
        account = named.get(given["appid"])
        if account is None:
            raise Errcode(40013)
        if given["secret"] != account.secret:
            raise Errcode(40125)
        return account.tokens


def as_text(handle: Handler) -> Handler:
    """Return a handler whose JSON calls itself text/plain, as that of /sns/ does.

    Clients that look at the header fail on it (panva/oauth4webapi#155).
    """

    async def handled(request: Request) -> Response:
        result = handle(request)
        response = await result if isawaitable(result) else result
        return replace(response, headers=response.headers.but(Content_Type="text/plain"))

    return handled


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        raise Errcode(44002)
    try:
        return request.json()
    except ValueError as error:
        raise Errcode(47001) from error
