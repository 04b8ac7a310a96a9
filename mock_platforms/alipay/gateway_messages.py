"""Messages to an app's application gateway (应用网关): composed, signed, repeated until taken.

Source: opendocs.alipay.com, the common parameters of messages (version 1.1), and "asynchronous
notification" on what is signed: here `sign_type` too. Inferred: the name and the content of the
message about subscriptions, which are not published; and that a repeat keeps its moment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mock_platforms.alipay.app import App
from mock_platforms.alipay.books import Books
from mock_platforms.alipay.ciphers import encrypt_content, sign_rsa2
from mock_platforms.alipay.notices import LADDER, USER_AGENT, acknowledged, codec_of
from mock_platforms.alipay.wire import compact_json, message_text, write_form
from mock_platforms.deliveries import Notice
from mock_platforms.faults import Fault
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing

MESSAGE = "application_gateway"
SUBSCRIPTION = "alipay.open.app.messagetemplate.subscribe.changed"
_SPOILS = ("notify_forged", "notify_stale", "notify_wrong_app")


@dataclass(frozen=True)
class Messenger:
    stage: Stage
    books: Books

    def tell(
        self,
        app: App,
        msg_method: str,
        biz_content: Mapping[str, Any],
        *,
        charset: str = "UTF-8",
        encrypted: bool = False,
        forged: bool = False,
    ) -> str | None:
        """Post a message; its `notify_id`, or None when the app has no application gateway."""
        url = self.books.application_gateways.get(app.app_id)
        if url is None:
            return None
        content = compact_json(biz_content)
        if encrypted and app.aes_key is not None:
            content = encrypt_content(content.encode(charset.lower()), app.aes_key)
        params = {
            "notify_id": self.books.numbers.notify_id(self.stage.clock.now()),
            "utc_timestamp": str(int(self.stage.signing_now().timestamp() * 1000)),
            "msg_method": msg_method,
            "app_id": app.app_id,
            "version": "1.1",
            "charset": charset,
            "biz_content": content,
            **({"encrypt_type": "AES"} if encrypted else {}),
        }
        self.stage.deliveries.post(
            Notice(
                platform="alipay",
                kind=MESSAGE,
                orders={params["notify_id"], msg_method},
                compose=self._composer(url, params, app, forged=forged),
                accepted=lambda response: acknowledged(response.status, response.body),
                ladder_s=[int(gap.total_seconds()) for gap in LADDER],
                spoils=_SPOILS,
            )
        )
        return params["notify_id"]

    def _composer(
        self, url: str, params: Mapping[str, str], app: App, *, forged: bool
    ) -> Callable[[Fault | None], Outgoing]:
        def compose(fault: Fault | None) -> Outgoing:
            said, signer = dict(params), self._another(app) if forged else app
            if fault is not None and fault.kind == "notify_forged":
                signer = self._another(app)
            if fault is not None and fault.kind == "notify_wrong_app":
                said["app_id"] = self._another(app).app_id
            if fault is not None and fault.kind == "notify_stale":
                age = timedelta(seconds=fault.parameters["seconds"]) // timedelta(milliseconds=1)
                said["utc_timestamp"] = str(int(said["utc_timestamp"]) - age)
            return _outgoing(url, said, signer)

        return compose

    def _another(self, app: App) -> App:
        return next(other for other in self.books.apps.values() if other.app_id != app.app_id)


def _outgoing(url: str, params: Mapping[str, str], signer: App) -> Outgoing:
    codec = codec_of(params)
    signed = {**params, "sign_type": "RSA2"}
    sign = sign_rsa2(message_text(signed).encode(codec, "replace"), signer.alipay_key)
    content_type = f"application/x-www-form-urlencoded; charset={codec}"
    headers = Headers({"Content-Type": content_type, "User-Agent": USER_AGENT})
    return Outgoing("POST", url, headers, write_form({**signed, "sign": sign}, codec))
