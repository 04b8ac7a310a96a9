"""Wrong service files stop the start, one line each; what does not fit the settings is noted."""

from pathlib import Path

import pytest

from channel_gateway.bootstrap import assemble
from channel_gateway.settings import Secrets, Settings, WrongSettings
from channel_gateway.web.outbound import AiohttpSender
from tests.unit.catalogue.samples import service


def test_every_wrong_file_is_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(service(("12000", "120.00")))
    (tmp_path / "b.toml").write_bytes(service(('"citizen"', '"somebody"')))
    plugin = {"module": "channel_gateway.services.catalogue", "folder": tmp_path}
    settings = Settings(secrets=Secrets(folder=tmp_path), plugins={"catalogue": plugin})

    with pytest.raises(WrongSettings) as refused:
        assemble(settings, AiohttpSender(), looking=True)

    assert [line.split(": Input")[0] for line in refused.value.lines] == [
        "plugins.catalogue: a.toml: fees[0].standard_fen",
        "plugins.catalogue: b.toml: delivery.payer",
    ]


def test_what_does_not_fit_the_settings_is_noted_when_all_plug_ins_are_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.toml").write_bytes(service(('"ems"', '"pigeon"'), ("wechat =", "wechatt =")))
    wechat = {
        "module": "adapters.wechat",
        "base_url": "http://127.0.0.1:1",
        "app_id": "wx1",
        "app_secret": "secret",
    }
    catalogue = {"module": "channel_gateway.services.catalogue", "folder": tmp_path}
    settings = Settings(
        secrets=Secrets(folder=tmp_path), plugins={"catalogue": catalogue, "wechat": wechat}
    )

    table = assemble(settings, AiohttpSender(), looking=True).table

    assert table.remarks == [
        "catalogue: no plug-in offers the channel wechatt, which is named by GA-HZ-01",
        "catalogue: couriers has no pigeon, who is named by GA-HZ-01",
    ]
