"""Who explains a platform's signatures."""

from datetime import datetime
from typing import Protocol

from channel_gateway.domain.findings import Finding
from channel_gateway.wire import HttpRequest


class SignatureExplainer(Protocol):
    """Says what is wrong with a signed message: which part, which key, which clock."""

    name: str

    def recognises(self, request: HttpRequest) -> bool:
        """Whether this looks like a request or callback of this platform, by its form alone."""
        ...

    def explain(self, request: HttpRequest, now: datetime) -> tuple[Finding, ...]:
        """Look at every part in the platform's own order; the last finding is the verdict."""
        ...
