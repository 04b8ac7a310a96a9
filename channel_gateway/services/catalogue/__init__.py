"""The catalogue: every service a city offers, from one declarative file each."""

from importlib.resources import files
from pathlib import Path

from pydantic import Field

from channel_gateway.ports import Channel, Departments, Outlet, ServiceCatalogue, Tools
from channel_gateway.sections import Section
from channel_gateway.service import Call, Route, Table, Who
from channel_gateway.services.catalogue.messages import ServiceList, ServiceView, line, view
from channel_gateway.services.catalogue.offer import NoSuchService, Offered
from channel_gateway.services.catalogue.remarks import remarks
from channel_gateway.services.catalogue.search import categories, search
from channel_gateway.services.catalogue.shelf import Shelf


class Settings(Section):
    folder: Path | None = None  # of the service files; none: the examples that come along
    couriers: tuple[str, ...] = Field(
        ("ems", "sf"), description="with whom the city sends: `check` notes files that name others"
    )


def build(table: Table, tools: Tools) -> None:
    """Raises `WrongServiceFile`: file, key and reason."""
    settings = Settings.model_validate(tools.section)
    examples = Path(str(files(__package__) / "examples"))
    shelf = Shelf(settings.folder or examples, tools.clock)

    table.offer(ServiceCatalogue, tools.name, Offered(shelf))
    table.late_remarks.append(
        lambda: (
            f"{tools.name}: {said}"
            for said in remarks(
                shelf.read_last().values(),
                # Messages name outlets: the channel's own name, or another of its ways.
                channels={*table.offered(Channel), *table.offered(Outlet)},
                couriers=settings.couriers,
                connected=lambda department: any(
                    each.connected(department) for each in table.offered(Departments).values()
                ),
            )
        )
    )

    async def find(call: Call) -> ServiceList:
        services = (await shelf.services()).values()
        wanted = {name: call.query.get(name, "") for name in ("region", "category", "keyword")}
        found = search(services, **wanted)
        return ServiceList(services=[line(each) for each in found], categories=categories(services))

    async def show(call: Call) -> ServiceView:
        service = (await shelf.services()).get(call.path["code"])
        if service is None:
            raise NoSuchService(field="code")
        return view(service)

    table.routes += [
        Route(
            "GET",
            "/services",
            find,
            "Services by region (six digits), category and keyword, with every category there is",
            answer=ServiceList,
            who=Who.ANYONE,
            query=("region", "category", "keyword"),
        ),
        Route(
            "GET",
            "/services/{code}",
            show,
            "A service: its form, halls and booking rules, fees, delivery",
            answer=ServiceView,
            who=Who.ANYONE,
            errors=("no_such_service",),
        ),
    ]
