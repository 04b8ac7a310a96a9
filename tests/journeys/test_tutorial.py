"""The tutorial and the how-tos beside the demo, followed to the letter by a newcomer's shell."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channel_gateway.domain.days import next_midnight
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
AS_COMMANDS = {"sh": "{}", "python": "cat > var/bill.py <<'PYTHON'\n{}PYTHON\n"}


@dataclass(frozen=True)
class Newcomer:
    """Somebody with a terminal in a clone, where `make demo` has come to rest."""

    clone: Path
    port: int

    def follows(self, page: str) -> str:
        """Run a page's commands in their order, all but the demo's own; what they printed."""
        blocks = re.findall(r"^```(sh|python)\n(.*?)^```$", (ROOT / page).read_text(), re.M | re.S)
        commands = "".join(
            AS_COMMANDS[language].format(code) for language, code in blocks if code != "make demo\n"
        )
        return self.runs(commands)

    def runs(self, commands: str) -> str:
        here = commands.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")
        shell = subprocess.run(
            ["/bin/bash", "-eu", "-c", f"trap 'kill $(jobs -p) 2>&- || true' EXIT\n{here}"],
            cwd=self.clone,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert shell.returncode == 0, shell.stdout + shell.stderr
        return shell.stdout


def cloned(folder: Path) -> Newcomer:
    """A clone with its environment made, and a port that is free."""
    shutil.copy(ROOT / "settings.toml", folder)
    for name in ("channel_gateway", "adapters", "payment", "mock_platforms"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return Newcomer(folder, free_port())


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    now = datetime.now(UTC)
    if next_midnight(now) - now < timedelta(minutes=5):
        pytest.skip("a page's totals change at Beijing's midnight, as it says itself")
    there = cloned(tmp_path_factory.mktemp("clone"))
    clone, port = there.clone, there.port
    command = [".venv/bin/python", "-u", "-m", "channel_gateway", "demo", "--port", str(port)]
    with subprocess.Popen(command, cwd=clone, stdout=subprocess.PIPE, text=True) as demo:
        try:
            assert any("The stage stays open" in line for line in demo.stdout or ())
            yield there
        finally:
            demo.terminate()


def test_the_tutorial_shows_what_it_says(newcomer: Newcomer) -> None:
    told = newcomer.follows("docs/tutorial/first-fee.md")

    for expected in (
        '"code":"login_code_used"',
        '"late_fee_fen": 6000',
        '"code":"quote_stale"',
        "the same, to the byte",
        '"outcome": "accepted"',
        '"state": "returned"',
    ):
        assert expected in told
    assert re.search(r"\n等待支付\n(已收到款项|财政已确认).*\nlost\n", told)


def test_the_page_on_signatures_shows_good_ones(newcomer: Newcomer) -> None:
    told = newcomer.follows("docs/how-to/explain-a-signature.md")

    assert told.count("verdict: accepted") == 2


def test_the_page_on_faults_leads_to_a_bill(newcomer: Newcomer) -> None:
    told = newcomer.follows("docs/how-to/inject-faults-and-move-time.md")

    assert '"kind":"notify_forged"' in told
    assert "商户订单号" in told  # the bill


def test_the_page_on_couriers_pushes_by_hand_and_plays_a_parcel(newcomer: Newcomer) -> None:
    told = newcomer.follows("docs/how-to/connect-a-courier.md")

    assert '{"result":true,"returnCode":"200","message":"成功"}' in told
    assert '{"result":false,"returnCode":"503"' in told
    assert '{"return_code":"0000","return_msg":""}' in told
    assert '{"return_code":"1000"' in told
    assert "<Head>OK</Head>" in told
    assert '"responseState":true,"errorDesc":""' in told
    assert '"responseState":false' in told
    assert '"step":"locker_signed"' in told
    assert '"kind":"late_correction"' in told
    pushed = told[told.rindex('{"deliveries"') :]
    assert len(re.findall(r"returnCode\W+503", pushed)) == 1  # the forged one
    assert "YT0000000002" in pushed


def test_the_page_on_money_tells_of_both_orders_of_its_notice(newcomer: Newcomer) -> None:
    page = (ROOT / "docs/how-to/where-is-the-money.md").read_text(encoding="utf-8")
    (command,) = re.findall(
        r"^GATEWAY_SETTINGS=\S+ \S+ -m channel_gateway explain \d+$", page, re.M
    )

    told = newcomer.runs(command)

    assert sorted(re.findall(r"订单 \w+ 状态 (\w+)（", told)) == ["receipted", "returned"]


def test_the_page_on_booking_rules_passes_a_holiday(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = cloned(tmp_path)
    monkeypatch.setenv("GATEWAY_SERVER__PORT", str(there.port))

    told = there.follows("docs/how-to/try-booking-rules.md")

    saturday, sunday = (re.search(rf"'2026-02-{day}', 'why_not': (.*)", told) for day in (14, 15))
    assert saturday is not None
    assert saturday[1] == "None"  # worked instead
    assert sunday is not None
    assert "hall_rests" in sunday[1]
    assert '"code":"limit_reached"' in told
    assert "no_show" in told
