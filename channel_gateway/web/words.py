"""What citizens read in Chinese beside an error's English detail: each kind brings its own."""

from collections.abc import Mapping

from channel_gateway.domain.errors import GatewayError


def chinese(error: GatewayError) -> str | None:
    return error.zh


def prefers_chinese(headers: Mapping[str, str]) -> bool:
    """Whether Chinese comes first in the Accept-Language header."""
    return headers.get("accept-language", "").strip().lower().startswith("zh")
