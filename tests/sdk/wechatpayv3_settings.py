"""What wechatpayv3 wants to know, read from platforms.json: the same for its two clients."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

MODES = ("platform certificates", "public key")


def settings(
    wechat_pay: Mapping[str, Any], mode: str, *, notify_url: str, folder: Path
) -> dict[str, Any]:
    """Return the client's arguments for one of the two trust modes, all but the payment type."""
    trust = {
        "platform certificates": {"cert_dir": str(folder / "certificates")},
        "public key": {
            "public_key": Path(wechat_pay["public_key_file"]).read_text(),
            "public_key_id": wechat_pay["public_key_id"],
        },
    }[mode]
    return {
        "mchid": wechat_pay["mch_id"],
        "private_key": Path(wechat_pay["merchant_key_file"]).read_text(),
        "cert_serial_no": wechat_pay["merchant_serial"],
        "appid": wechat_pay["app_id"],
        "apiv3_key": wechat_pay["apiv3_key"],
        "notify_url": notify_url,
        **trust,
    }
