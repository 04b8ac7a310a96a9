"""A changed service file counts without a restart; a wrong one does not."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from errno import EIO
from pathlib import Path, PosixPath

import pytest

from channel_gateway.services.catalogue.reading import WrongServiceFile
from channel_gateway.services.catalogue.shelf import LOOK_AGAIN, Shelf
from tests.unit.catalogue.samples import service


class MovedClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += LOOK_AGAIN
        return self.moment


class SlowClock(MovedClock):
    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


class StuckFolder(PosixPath):
    """A folder on a share that answers while `answers` is set."""

    looks = 0

    def begin(self) -> None:
        self.answers = threading.Event()
        self.answers.set()

    def rglob(self, *pattern: str) -> Iterator[Path]:  # type: ignore[override]
        self.looks += 1
        self.answers.wait()
        yield from Path(self).rglob(*pattern)


class TornFile(PosixPath):
    """A file whose place on the disk is gone."""

    def read_bytes(self) -> bytes:
        raise OSError(EIO, os.strerror(EIO))


class TornFolder(PosixPath):
    torn = False

    def rglob(self, *pattern: str) -> Iterator[Path]:  # type: ignore[override]
        for path in Path(self).rglob(*pattern):
            if self.torn and path.name == "passport.toml":
                os.utime(path)  # so that it is looked into
                yield TornFile(path)
            else:
                yield path


def put(path: Path, text: bytes) -> None:
    """Write a file as an editor does: another moment, at once whole."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_bytes(text)
    os.utime(path, ns=(before + 10**9, before + 10**9))


async def names(shelf: Shelf) -> list[str]:
    return sorted(each.name for each in (await shelf.services()).values())


async def test_a_changed_file_counts_at_the_next_look(tmp_path: Path) -> None:
    put(tmp_path / "passport.toml", service())
    shelf = Shelf(tmp_path, MovedClock())
    put(tmp_path / "passport.toml", service(("普通护照签发、换发", "护照")))

    assert await names(shelf) == ["护照"]


async def test_a_file_put_in_anothers_place_counts_though_size_and_time_are_the_same(
    tmp_path: Path,
) -> None:
    put(tmp_path / "passport.toml", service())
    shelf = Shelf(tmp_path, MovedClock())
    put(tmp_path / "new", service(("普通护照签发", "公务护照签发")))
    (tmp_path / "new").replace(tmp_path / "passport.toml")

    assert await names(shelf) == ["公务护照签发、换发"]


async def test_an_edit_in_place_counts_though_size_and_time_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "passport.toml"
    put(path, service())
    before = path.stat()
    shelf = Shelf(tmp_path, MovedClock())
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # until the file system's clock ticks
        path.write_bytes(service(("普通护照签发", "公务护照签发")))
        os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))

    assert await names(shelf) == ["公务护照签发、换发"]


async def test_a_file_that_comes_or_goes_is_seen(tmp_path: Path) -> None:
    put(tmp_path / "passport.toml", service())
    shelf = Shelf(tmp_path, MovedClock())
    (tmp_path / "more").mkdir()
    put(tmp_path / "more" / "permit.toml", service(("GA-HZ-01", "GA-GA-02"), ("普通护照", "港澳")))
    assert len(await names(shelf)) == 2

    (tmp_path / "passport.toml").unlink()
    assert await names(shelf) == ["港澳签发、换发"]


async def test_files_are_looked_at_now_and_then_alone(tmp_path: Path) -> None:
    put(tmp_path / "passport.toml", service())
    shelf = Shelf(tmp_path, SlowClock())
    await shelf.services()
    put(tmp_path / "passport.toml", service(("普通护照签发、换发", "护照")))

    assert await names(shelf) == ["普通护照签发、换发"]


async def test_a_file_that_went_wrong_leaves_what_was_right_and_is_complained_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path / "passport.toml", service())
    shelf = Shelf(tmp_path, MovedClock())
    put(tmp_path / "passport.toml", service(("12000", "120.00")))

    assert await names(shelf) == await names(shelf) == ["普通护照签发、换发"]
    [line] = caplog.records
    assert line.__dict__["wrong"][0].startswith("passport.toml: fees[0].standard_fen: ")

    put(tmp_path / "passport.toml", service(("普通护照签发、换发", "护照")))
    assert await names(shelf) == await names(shelf) == ["护照"]
    assert [each.__dict__["action"] for each in caplog.records] == [
        "service_files_wrong",
        "service_files_right",
    ]


async def test_a_wrong_file_holds_up_nobody_elses_change(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path / "passport.toml", service())
    put(tmp_path / "permit.toml", service(("GA-HZ-01", "GA-GA-02"), ("普通护照", "港澳")))
    shelf = Shelf(tmp_path, MovedClock())
    put(tmp_path / "passport.toml", service(("12000", "120.00")))
    put(tmp_path / "permit.toml", service(("GA-HZ-01", "GA-GA-02"), ("普通护照", "台湾")))
    put(tmp_path / "new.toml", service(("GA-HZ-01", "GA-XX-03"), ("12000", "-1")))

    assert await names(shelf) == ["台湾签发、换发", "普通护照签发、换发"]
    assert await names(shelf) == ["台湾签发、换发", "普通护照签发、换发"]
    [line] = caplog.records
    wrong = [each.partition(":")[0] for each in line.__dict__["wrong"]]
    assert wrong == ["new.toml", "passport.toml"]


async def test_a_file_that_cannot_be_read_stays_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path / "passport.toml", service())
    folder = TornFolder(tmp_path)
    shelf = Shelf(folder, MovedClock())
    folder.torn = True
    put(tmp_path / "permit.toml", service(("GA-HZ-01", "GA-GA-02"), ("普通护照", "港澳")))

    assert await names(shelf) == ["普通护照签发、换发", "港澳签发、换发"]
    [line] = caplog.records
    assert line.__dict__["wrong"] == ["passport.toml: cannot be read: Input/output error"]


async def test_a_wrong_file_at_the_start_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "passport.toml", service(("12000", "120.00")))

    with pytest.raises(WrongServiceFile):
        Shelf(tmp_path, MovedClock())


async def test_a_look_that_hangs_leaves_what_was_right_and_stays_the_only_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path / "passport.toml", service())
    folder = StuckFolder(tmp_path)
    folder.begin()
    shelf = Shelf(folder, MovedClock(), longest_look_s=0.5)
    put(tmp_path / "passport.toml", service(("普通护照签发、换发", "护照")))
    folder.answers.clear()

    assert [await names(shelf) for _ in range(3)] == [["普通护照签发、换发"]] * 3
    assert folder.looks == 2  # one of them at the start
    [line] = caplog.records
    assert line.__dict__["wrong"] == [f"{tmp_path}: not read within 0.5 s"]

    folder.answers.set()
    [hanging] = [each for each in threading.enumerate() if each.name == "service-files"]
    hanging.join()
    assert await names(shelf) == ["护照"]
