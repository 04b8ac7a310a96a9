"""What every server finds in its folder, and how the parent puts it there."""

from pathlib import Path

from wechatpayv3 import WeChatPay, WeChatPayType

from channel_gateway.settings import Settings
from tests.benchmarks.material import PUBLIC_KEY_ID, Keys
from tests.unit.wechat_pay.platform_side import APIV3_KEY, TRANSACTION

# The other wirings keep as little as can be called kept: one row, its key unique, on the disk.
SCHEMA = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "CREATE TABLE IF NOT EXISTS payments (transaction_id TEXT PRIMARY KEY, order_id TEXT, fen INT)",
)
KEEP = "INSERT OR IGNORE INTO payments VALUES (?, ?, ?)"
HAVE_IT = {"code": "SUCCESS", "message": "成功"}


def write_keys(folder: Path, keys: Keys) -> None:
    (folder / "platform.pem").write_text(keys.platform_public_pem)
    (folder / "merchant.pem").write_text(keys.merchant_pem)
    (folder / "apiv3.key").write_bytes(APIV3_KEY)


def settings(port: int, folder: Path) -> Settings:
    """A gateway with WeChat Pay; its platforms are never called, so they are nowhere."""
    nowhere = "http://127.0.0.1:9"
    plugins: dict[str, dict[str, object]] = {
        "finance": {
            "module": "adapters.finance.json_protocol",
            "base_url": nowhere,
            "app_id": "gateway",
            "app_key_file": folder / "merchant.pem",
            "finance_public_key_file": folder / "platform.pem",
            "finance_serial": "1",
        },
        "wechat_pay": {
            "module": "payment.connectors.wechat_pay",
            "base_url": nowhere,
            "mch_id": TRANSACTION["mchid"],
            "app_id": TRANSACTION["appid"],
            "merchant_serial": "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
            "merchant_key_file": folder / "merchant.pem",
            "apiv3_key_file": folder / "apiv3.key",
            "public_key_id": PUBLIC_KEY_ID,
            "public_key_file": folder / "platform.pem",
        },
    }
    return _settings(port, folder, plugins)


def settings_without_delay(port: int, folder: Path) -> Settings:
    """A gateway whose platforms and finance authority answer at once, inside it."""
    return _settings(port, folder, {"played": {"module": "tests.benchmarks.servers.played"}})


def _settings(port: int, folder: Path, plugins: dict[str, dict[str, object]]) -> Settings:
    return Settings.model_validate(
        {
            "server": {"port": port},
            "store": {"url": f"sqlite:{folder / 'gateway.db'}"},
            "secrets": {"folder": folder / "secrets"},
            "plugins": plugins
            | {
                "calendar": {"module": "channel_gateway.services.calendar"},
                "citizen": {"module": "channel_gateway.services.citizen"},
                "payment": {"module": "payment", "finance": "finance"},
            },
        }
    )


def sdk(folder: Path) -> WeChatPay:
    """The SDK the other wirings use, as its document sets it up."""
    return WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=TRANSACTION["mchid"],
        private_key=(folder / "merchant.pem").read_text(),
        cert_serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
        appid=TRANSACTION["appid"],
        apiv3_key=APIV3_KEY.decode(),
        public_key=(folder / "platform.pem").read_text(),
        public_key_id=PUBLIC_KEY_ID,
    )


def row(notice: dict[str, object]) -> tuple[object, object, object]:
    paid = notice["resource"]
    return paid["transaction_id"], paid["out_trade_no"], paid["amount"]["total"]  # type: ignore[index]
