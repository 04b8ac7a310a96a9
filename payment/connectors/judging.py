"""Whether the gateway takes a callback in, as far as the message itself tells. Pure."""

from collections.abc import Callable

from channel_gateway.domain.errors import GatewayError
from payment.facts import Fact


def refusal(read: Callable[[], Fact | None], *, app: str, merchant: str) -> str | None:
    """Read a callback as the gateway does; why it is refused, or None when it is taken.

    What only an order tells, whether it is ours and of this amount, is not looked at.
    """
    try:
        fact = read()
    except GatewayError as error:
        return f"{error} ({error.field})" if error.field else str(error)
    if fact is not None and fact.app not in ("", app):
        return f"is about another app; ours is {app}"
    if fact is not None and fact.merchant not in ("", merchant):
        return f"is about another merchant; ours is {merchant}"
    return None
