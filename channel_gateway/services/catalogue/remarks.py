"""What an operator should know of right files that do not fit the settings. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from channel_gateway.domain.booking import Capacity
from channel_gateway.services.catalogue.service_file import ServiceFile


def remarks(
    services: Iterable[ServiceFile],
    *,
    channels: Collection[str],
    couriers: Collection[str],
    connected: Callable[[str], bool],
) -> Iterator[str]:
    """`channels` there are, `couriers` the city has, departments that are `connected`."""
    strange: defaultdict[str, list[str]] = defaultdict(list)  # what is said → the files' codes
    for service in sorted(services, key=lambda each: each.code):
        for channel in sorted(_channels(service) - set(channels)):
            strange[f"no plug-in offers the channel {channel}, which is named by"].append(
                service.code
            )
        for courier in service.delivery.couriers if service.delivery else ():
            if courier not in couriers:
                strange[f"couriers has no {courier}, who is named by"].append(service.code)
        if _is_asked(service) and not connected(service.department):
            said = f"{service.department} gives the places and is not connected; nobody can book"
            strange[said].append(service.code)
    for said, codes in strange.items():
        yield f"{said} {', '.join(codes)}"


def _channels(service: ServiceFile) -> set[str]:
    told = {channel for by_channel in service.messages.values() for channel in by_channel}
    return told | set(service.categories)


def _is_asked(service: ServiceFile) -> bool:
    return service.appointment is not None and service.appointment.capacity is Capacity.DEPARTMENT
