"""What `check` notes of right files that do not fit the settings."""

from channel_gateway.services.catalogue.reading import read_service
from channel_gateway.services.catalogue.remarks import remarks
from channel_gateway.services.catalogue.service_file import ServiceFile
from tests.unit.catalogue.samples import service

ASKED = '[appointment]\ncapacity = "department"\n\n[appointment.rules]'


def noted(*files: ServiceFile, connected: tuple[str, ...] = ()) -> list[str]:
    return list(
        remarks(files, channels=("wechat",), couriers=("ems",), connected=connected.__contains__)
    )


def read(*changes: tuple[str, str]) -> ServiceFile:
    return read_service("passport.toml", service(*changes))


def test_a_file_that_fits_is_not_noted() -> None:
    assert noted(read()) == []


def test_channels_that_no_plug_in_offers_are_noted_once_with_the_files_that_name_them() -> None:
    listed = ("category =", 'categories = { wehcat = "出入境" }\ncategory =')
    told = ("wechat =", "wehcat =")

    assert noted(read(listed), read(told, ("GA-HZ-01", "GA-AA-01"))) == [
        "no plug-in offers the channel wehcat, which is named by GA-AA-01, GA-HZ-01"
    ]


def test_couriers_the_city_has_not_are_noted() -> None:
    assert noted(read(('"ems"', '"ems", "pigeon"'))) == [
        "couriers has no pigeon, who is named by GA-HZ-01"
    ]


def test_places_of_a_department_that_is_not_connected_are_noted() -> None:
    asked = read(("[appointment.rules]", ASKED))

    assert noted(asked, connected=("exit_entry",)) == []
    assert noted(asked) == [
        "exit_entry gives the places and is not connected; nobody can book GA-HZ-01"
    ]
