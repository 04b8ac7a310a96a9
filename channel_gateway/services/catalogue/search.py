"""Which services a citizen means. Pure."""

import re
from collections.abc import Iterable

from channel_gateway.domain.errors import Invalid
from channel_gateway.services.catalogue.service_file import ServiceFile

_REGION = re.compile("[0-9]{6}")
_NO_REGION = "地区有误，请重新选择。"


def search(
    services: Iterable[ServiceFile], *, region: str = "", category: str = "", keyword: str = ""
) -> list[ServiceFile]:
    """Those that fit all that is given, whose name fits best first.

    `keyword` may hold several words; each must be found, whatever the case of its letters. A region
    finds what is offered in it or in what it is a part of. Raises `Invalid` where it is none.
    """
    if region and not _REGION.fullmatch(region):
        raise Invalid("a region has six digits (GB/T 2260)", field="query.region", zh=_NO_REGION)
    words = keyword.casefold().split()
    fitting = [
        service
        for service in services
        if (not category or service.category == category)
        and (not region or any(_covers(offered, region) for offered in service.regions))
        and all(word in _said(service) for word in words)
    ]
    return sorted(
        fitting,
        key=lambda each: (not all(word in each.name.casefold() for word in words), each.code),
    )


def categories(services: Iterable[ServiceFile]) -> list[str]:
    """Every category there is, in the order of the services' codes."""
    ordered = sorted(services, key=lambda each: each.code)
    return list(dict.fromkeys(service.category for service in ordered))


def _covers(offered: str, region: str) -> bool:
    """Source: GB/T 2260: province (2 digits), city (2), district (2); 00 is all of it."""
    if offered.endswith("0000"):
        return region[:2] == offered[:2]
    if offered.endswith("00"):
        return region[:4] == offered[:4]
    return region == offered


def _said(service: ServiceFile) -> str:
    return "\n".join(
        (
            service.name,
            service.summary,
            service.category,
            service.department_name,
            *service.keywords,
        )
    ).casefold()
