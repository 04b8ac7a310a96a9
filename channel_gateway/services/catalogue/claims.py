"""Which file a code belongs to, and what stays in force of files that are wrong. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from channel_gateway.services.catalogue.reading import WrongServiceFile
from channel_gateway.services.catalogue.service_file import ServiceFile


@dataclass(frozen=True, slots=True)
class Claimed:
    by_file: dict[str, ServiceFile]  # what is in force
    wrong: list[str]  # file, key and reason, one line each

    @property
    def services(self) -> dict[str, ServiceFile]:
        """By code."""
        return {service.code: service for service in self.by_file.values()}


def claimed(
    read: Mapping[str, ServiceFile | WrongServiceFile], before: Mapping[str, ServiceFile]
) -> Claimed:
    """What counts of the files that are there, after what counted before.

    Whoever had a code keeps it, also while its file is wrong; of those that come new, the first by
    name has it. A file that asks for another's code stays as it was, if its own is still free.
    """
    found: dict[str, ServiceFile] = {}
    owner: dict[str, str] = {}  # of each code
    wrong: dict[str, list[str]] = {}
    for name in sorted(read, key=lambda name: not _keeps_its_code(read[name], before.get(name))):
        reading = read[name]
        if isinstance(reading, WrongServiceFile):
            wrong[name] = reading.lines
            counts = before.get(name)
        elif reading.code in owner:
            wrong[name] = [f"{name}: code: {reading.code} is {owner[reading.code]}'s already"]
            counts = None
        else:
            counts = reading
        if counts is not None:
            found[name], owner[counts.code] = counts, name
    for name in wrong.keys() & before.keys() - found.keys():
        if before[name].code not in owner:
            found[name] = before[name]
    return Claimed(found, [line for name in read for line in wrong.get(name, ())])


def _keeps_its_code(reading: ServiceFile | WrongServiceFile, before: ServiceFile | None) -> bool:
    if before is None:
        return False
    return isinstance(reading, WrongServiceFile) or reading.code == before.code
