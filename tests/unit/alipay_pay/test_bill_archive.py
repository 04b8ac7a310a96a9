"""A zip from outside may name anything, hold anything, and unpack to anything."""

import gzip
import io
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest

from payment.connectors.alipay.bill_archive import MOST_MEMBERS, day_said, unzipped
from payment.connectors.unpacking import unpack
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillDamaged, BillTooLarge

FIRST = "#支付宝业务明细查询"
DETAIL = f"{FIRST}\r\n#账号：[1]\r\n".encode("gbk")
SUMMARY = "#支付宝业务汇总查询\r\n".encode("gbk")


def packed(tmp_path: Path, members: dict[str, bytes]) -> Path:
    path = tmp_path / "bill.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read(tmp_path: Path, path: Path) -> bytes:
    content = tmp_path / "bill.csv"
    unzipped(path, content, FIRST, "trade of 2026-01-05")
    return content.read_bytes()


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("业务明细.csv", "业务明细(汇总).csv")])
def test_the_detail_is_found_by_its_first_line(tmp_path: Path, names: tuple[str, str]) -> None:
    path = packed(tmp_path, {names[0]: SUMMARY, names[1]: DETAIL})
    assert read(tmp_path, path) == DETAIL


def test_names_of_a_zip_become_no_paths(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    path = packed(inside, {"../../slipped.csv": DETAIL, "/slipped.csv": SUMMARY})
    assert read(inside, path) == DETAIL
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in"]
    assert sorted(each.name for each in inside.iterdir()) == ["bill.csv", "bill.zip"]


@pytest.mark.parametrize(
    "members", [{"a": SUMMARY}, {"a": DETAIL, "b": DETAIL}, {"a": b"PK"}, {"a": b""}]
)
def test_none_or_several_that_begin_as_a_bill_are_named(
    tmp_path: Path, members: dict[str, bytes]
) -> None:
    with pytest.raises(BillColumnsChanged, match="trade of 2026-01-05"):
        read(tmp_path, packed(tmp_path, members))


def test_a_zip_of_many_files_is_none_of_a_bill(tmp_path: Path) -> None:
    members = {f"{n}.csv": DETAIL for n in range(MOST_MEMBERS + 1)}
    with pytest.raises(BillTooLarge):
        read(tmp_path, packed(tmp_path, members))


@pytest.mark.parametrize("cut", [0, 10, -30])
def test_a_cut_zip_is_damaged(tmp_path: Path, cut: int) -> None:
    path = packed(tmp_path, {"a": DETAIL})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BillDamaged):
        read(tmp_path, path)


def test_a_flipped_byte_is_damage(tmp_path: Path) -> None:
    path = packed(tmp_path, {"a": DETAIL + bytes(range(256)) * 8})
    raw = bytearray(path.read_bytes())
    raw[-200] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises((BillDamaged, BillColumnsChanged)):
        read(tmp_path, path)
    assert not (tmp_path / "bill.csv").exists()


def test_a_bomb_is_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50 * 2**20))
    assert len(bomb) < 2**20
    with (
        gzip.open(io.BytesIO(bomb)) as stream,
        pytest.raises(BillTooLarge),
    ):
        unpack(stream, tmp_path / "out", at_most_bytes=10 * 2**20)
    assert list(tmp_path.iterdir()) == []


def test_a_bill_of_200_mib_is_unpacked_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bill.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(200):
            file.write(b"x" * 2**20)
    tracemalloc.start()
    try:
        with gzip.open(path) as stream:
            unpacked = unpack(stream, tmp_path / "bill.csv")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert unpacked.size == (tmp_path / "bill.csv").stat().st_size == 200 * 2**20
    assert most < 8 * 2**20


@pytest.mark.parametrize("codec", ["gbk", "utf-8-sig", "utf-8"])
def test_a_bill_says_of_which_day_it_is(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "bill"
    period = "#起始日期：[2019年09月16日 00:00:00]   终止日期：[2019年09月17日 00:00:00]"
    path.write_bytes(f"{FIRST}\r\n#账号：[1]\r\n{period}\r\n".encode(codec))
    assert day_said(path) == date(2019, 9, 16)
    path.write_bytes(DETAIL)
    assert day_said(path) is None
