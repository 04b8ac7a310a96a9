"""A call the gateway believes: which app asks, for what, when. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mock_platforms.alipay.app import App
from mock_platforms.alipay.books import Books, Change
from mock_platforms.alipay.refusals import Refused
from mock_platforms.alipay.wire import Call


@dataclass(frozen=True)
class Asked:
    app: App
    call: Call
    biz: Mapping[str, object]  # biz_content, decrypted and parsed
    books: Books
    now: datetime
    callers_now: datetime  # on the caller's clock, from which it reckons the moments it names
    root_url: str  # the platform's own address, as the caller knows it
    changes: list[Change] = field(default_factory=list)  # what the merchant is to be told of

    def text(self, name: str) -> str:
        """A business parameter as text, "" when absent; the platform takes JSON numbers too."""
        value = self.biz.get(name, "")
        return str(value) if isinstance(value, str | int | float) else ""

    def required(self, name: str, longest: int) -> str:
        value = self.text(name)
        if not value or len(value) > longest:
            raise Refused("ACQ.INVALID_PARAMETER", f"参数有误{name}")
        return value

    def optional(self, name: str, longest: int) -> str:
        return self.required(name, longest) if self.text(name) else ""

    def tell(self, change: Change) -> None:
        """Have a change written down, and the merchant told of it, once the call is answered."""
        self.changes.append(change)
