"""Logging a citizen in: one-time codes, tokens, and what an app may see of a person.

Refusals as in alipay-easysdk's own tests, which run against the platform.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from mock_platforms.alipay.app import App
from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.books import Books, Login
from mock_platforms.alipay.citizens import Citizen
from mock_platforms.alipay.moments import beijing_text
from mock_platforms.alipay.refusals import Refused, success

CODE_LIFE = timedelta(minutes=10)
TOKEN_LIFE = timedelta(seconds=1_296_000)
REFRESH_LIFE = timedelta(seconds=2_592_000)


def mint_code(books: Books, app: App, citizen: Citizen, scope: str, now: datetime) -> str:
    """What `my.getAuthCode` gives the mini program: a code for one use."""
    code = books.token()
    books.auth_codes[code] = Login(app.app_id, citizen.user_id, scope, now + CODE_LIFE)
    return code


def oauth_token(asked: Asked) -> dict[str, object]:
    """alipay.system.oauth.token; its success carries no code and no msg."""
    grants = {"authorization_code": _by_code, "refresh_token": _by_refresh_token}
    grant = grants.get(asked.call.get("grant_type"))
    if grant is None:
        raise Refused("isv.grant-type-invalid")
    login, books, now = grant(asked), asked.books, asked.now
    access_token, refresh_token = books.token(), books.token()
    books.access_tokens[access_token] = replace(login, expires_at=now + TOKEN_LIFE)
    books.refresh_tokens[refresh_token] = replace(login, expires_at=now + REFRESH_LIFE)
    return {
        "access_token": access_token,
        "auth_start": beijing_text(now),
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "re_expires_in": int(REFRESH_LIFE.total_seconds()),
        "refresh_token": refresh_token,
        **ids_shown(books, asked.app, books.people.by_user_id(login.user_id)),
    }


def _by_code(asked: Asked) -> Login:
    # Spent by the first attempt, also by a failed one.
    login = asked.books.auth_codes.pop(asked.call.get("code"), None)
    if login is None or login.app_id != asked.app.app_id or login.expires_at <= asked.now:
        raise Refused("isv.code-invalid")
    return login


def _by_refresh_token(asked: Asked) -> Login:
    login = asked.books.refresh_tokens.pop(asked.call.get("refresh_token"), None)
    if login is None or login.app_id != asked.app.app_id:
        raise Refused("isv.refresh-token-invalid")
    if login.expires_at <= asked.now:
        raise Refused("isv.refresh-token-time-out")
    return login


def user_info_share(asked: Asked) -> dict[str, object]:
    """alipay.user.info.share, for a token of scope `auth_user`."""
    login = asked.books.access_tokens.get(asked.call.get("auth_token"))
    if login is None or login.app_id != asked.app.app_id:
        raise Refused("aop.invalid-auth-token")
    if login.expires_at <= asked.now:
        raise Refused("aop.auth-token-time-out")
    if login.scope != "auth_user":
        raise Refused("isv.insufficient-isv-permissions")
    citizen = asked.books.people.by_user_id(login.user_id)
    return success(
        avatar="https://tfs.alipayobjects.com/images/partner/stand-in",
        city="示例市",
        gender="F",
        nick_name=citizen.nick_name,
        province="示例省",
        **ids_shown(asked.books, asked.app, citizen),
    )


def ids_shown(books: Books, app: App, citizen: Citizen) -> dict[str, str]:
    shown = {}
    if app.id_kind.shows_open_id:
        shown["open_id"] = books.people.open_id(citizen, app.app_id)
    if app.id_kind.shows_user_id:
        shown["user_id"] = citizen.user_id
    return shown
