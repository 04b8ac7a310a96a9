"""A code is one file's: whoever had it keeps it, also while the file is wrong."""

from channel_gateway.services.catalogue.claims import claimed
from channel_gateway.services.catalogue.reading import WrongServiceFile, read_service
from channel_gateway.services.catalogue.service_file import ServiceFile
from tests.unit.catalogue.samples import service

BROKEN = WrongServiceFile(["broken"])


def coded(code: str, name: str = "护照") -> ServiceFile:
    return read_service("x.toml", service(("GA-HZ-01", code), ("普通护照签发、换发", name)))


PASSPORT, PERMIT = coded("GA-HZ-01"), coded("GA-GA-02")


def test_of_two_that_come_new_the_first_by_name_has_the_code() -> None:
    found = claimed({"a.toml": PASSPORT, "b.toml": coded("GA-HZ-01", "另一个")}, {})

    assert found.by_file == {"a.toml": PASSPORT}
    assert found.wrong == ["b.toml: code: GA-HZ-01 is a.toml's already"]


def test_a_file_that_comes_before_another_by_name_does_not_take_its_code() -> None:
    found = claimed({"a.toml": coded("GA-HZ-01", "新"), "b.toml": PASSPORT}, {"b.toml": PASSPORT})

    assert found.by_file == {"b.toml": PASSPORT}
    assert found.wrong == ["a.toml: code: GA-HZ-01 is b.toml's already"]


def test_a_file_that_takes_anothers_code_stays_as_it_was() -> None:
    before = {"a.toml": PASSPORT, "b.toml": PERMIT}
    found = claimed({"a.toml": coded("GA-GA-02", "错"), "b.toml": PERMIT}, before)

    assert found.by_file == before
    assert found.wrong == ["a.toml: code: GA-GA-02 is b.toml's already"]


def test_a_file_that_left_its_code_to_another_does_not_stay_as_it_was() -> None:
    new = coded("GA-HZ-01", "新")
    read = {"a.toml": coded("GA-GA-02", "错"), "b.toml": PERMIT, "c.toml": new}
    found = claimed(read, {"a.toml": PASSPORT, "b.toml": PERMIT})

    assert found.by_file == {"b.toml": PERMIT, "c.toml": new}
    assert found.wrong == ["a.toml: code: GA-GA-02 is b.toml's already"]


def test_a_wrong_file_keeps_its_code_and_stays_as_it_was() -> None:
    found = claimed({"a.toml": PASSPORT, "b.toml": BROKEN}, {"b.toml": PASSPORT})

    assert found.by_file == {"b.toml": PASSPORT}
    assert found.wrong == ["a.toml: code: GA-HZ-01 is b.toml's already", "broken"]


def test_two_files_may_exchange_their_codes_and_one_may_be_renamed() -> None:
    before = {"a.toml": PASSPORT, "b.toml": PERMIT}

    assert claimed({"a.toml": PERMIT, "b.toml": PASSPORT}, before).wrong == []
    assert claimed({"c.toml": PASSPORT, "b.toml": PERMIT}, before).wrong == []


def test_a_new_file_that_is_wrong_is_not_there() -> None:
    found = claimed({"a.toml": BROKEN, "b.toml": PERMIT}, {"b.toml": PERMIT})

    assert (found.by_file, found.wrong) == ({"b.toml": PERMIT}, ["broken"])
