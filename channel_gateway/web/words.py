"""What citizens read in Chinese beside an error's English detail: each kind brings its own."""

from collections.abc import Mapping

from channel_gateway.domain.errors import GatewayError


def chinese(error: GatewayError) -> str | None:
    return error.zh


def prefers_chinese(headers: Mapping[str, str]) -> bool:
    """Whether Chinese comes first in the Accept-Language header; who names no language is Chinese.

    A mini-program may send no such header.
    """
    wanted = headers.get("accept-language", "").strip().lower()
    return not wanted or wanted.startswith(("zh", "*"))
