"""Kuaidi100 (快递100): many couriers tracked by one service, which tells us of each parcel."""

from adapters.couriers.kuaidi100.courier import TrackedCourier
from adapters.couriers.kuaidi100.receiving import Receiving, answer
from adapters.couriers.kuaidi100.settings import Settings
from channel_gateway.ports import Courier, Parcels, Tools
from channel_gateway.service import Callback, Table

__all__ = ["Settings", "build"]

_LONGEST_PUSH = 128 * 1024  # all of a parcel's rows each time, in Chinese, percent-encoded


def build(table: Table, tools: Tools) -> None:
    """Raises `ValueError` for a secret that is none."""
    path = f"/couriers/{tools.name}"
    settings = Settings.model_validate(tools.section)
    account = settings.account(f"{tools.public_url}/callbacks{path}")
    for code, carrier in account.carriers.items():
        table.offer(Courier, code, TrackedCourier(account, carrier, tools.http))
    table.callbacks.append(
        Callback(
            tools.name,
            path,
            Receiving(account, lambda: table.offered(Parcels).values()).receive,
            f"Pushes of {tools.name} about parcels",
            body_limit=_LONGEST_PUSH,
            refusal=answer("500", "服务器错误"),
            keeps_refused=True,
        )
    )
