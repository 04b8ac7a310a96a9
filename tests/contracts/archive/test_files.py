"""What somebody does to the archive's files, or to the orders in them, is found out."""

from pathlib import Path

import pytest

from payment.archive.checking import ArchiveWitness
from payment.archive.files import Files, Span
from payment.archive.refusals import ArchiveDamaged
from tests.contracts.archive.cellar import FIRST, Cellar
from tests.unit.days.samples import DAY


@pytest.fixture
async def away(house: Cellar) -> Cellar:
    await house.receipted()
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    return house


async def faults(house: Cellar) -> list[str]:
    return [str(each) async for each in house.checking.faults()]


async def test_files_that_are_as_written_have_no_faults(away: Cellar) -> None:
    assert await faults(away) == []


async def test_a_changed_file_is_named_and_not_read(away: Cellar) -> None:
    [path] = away.folder.iterdir()
    place = await away.archive.places.of(FIRST)
    assert place is not None
    content = bytearray(path.read_bytes())
    content[place.span.at + 20] ^= 1
    path.write_bytes(bytes(content))
    assert await faults(away) == [f"archive of {DAY}: {path.name} is not what was written"]
    with pytest.raises(ArchiveDamaged):
        await away.refunds.orders.get(FIRST)


async def test_a_missing_file_is_named(away: Cellar) -> None:
    [path] = away.folder.iterdir()
    path.unlink()
    [fault] = await faults(away)
    assert f"{path.name} cannot be read" in fault
    with pytest.raises(ArchiveDamaged):
        await away.refunds.orders.get(FIRST)


async def test_a_journal_that_was_emptied_beside_an_archive_is_noticed(away: Cellar) -> None:
    witness = ArchiveWitness(away.archive)
    assert FIRST in await witness.entered("journal")
    assert await witness.entered("audit") == ""


async def test_without_an_archive_there_is_nothing_to_notice(house: Cellar) -> None:
    assert await ArchiveWitness(house.archive).entered("journal") == ""


def test_lines_are_found_where_they_were_put(tmp_path: Path) -> None:
    """More than one piece of the disk's long, one after the other."""
    lines = [bytes([65 + n]) * (n * 40_000 + 1) for n in range(9)]
    writing = Files(tmp_path).begin("day-1", "token")
    writing.add(lines)
    kept = writing.finish()
    found = Files(tmp_path).page(kept.name, at=0, limit=4)
    at = found[-1].span.at + found[-1].span.size
    found += Files(tmp_path).page(kept.name, at=at, limit=99)
    assert [each.line for each in found] == [line + b"\n" for line in lines]
    assert [Files(tmp_path).line(kept.name, each.span) for each in found] == [
        each.line for each in found
    ]
    assert Files(tmp_path).trouble(kept.name, kept.digest) == ""


def test_a_file_that_was_cut_off_is_no_shorter_file(tmp_path: Path) -> None:
    writing = Files(tmp_path).begin("day-1", "token")
    writing.add([b"first", b"second"])
    kept = writing.finish()
    path = tmp_path / kept.name
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ArchiveDamaged):
        Files(tmp_path).page(kept.name, at=0, limit=9)
    with pytest.raises(ArchiveDamaged):
        Files(tmp_path).line(kept.name, Span(0, 10, "0" * 64))
