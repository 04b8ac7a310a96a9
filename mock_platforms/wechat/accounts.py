"""An account of the open platform: its secret, and access tokens of its own."""

from __future__ import annotations

from dataclasses import dataclass

from mock_platforms.wechat.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Account:
    app_id: str
    secret: str
    tokens: Tokens
