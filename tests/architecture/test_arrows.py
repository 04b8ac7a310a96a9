"""Who may import whom: one direction, neighbours as strangers, stand-ins apart."""

import sys
from collections.abc import Iterator
from itertools import product

import pytest

from tests.architecture.tree import PACKAGES, Module, lies_in, modules, within

# Of the four packages each imports those after it; the stand-ins stand alone.
DIRECTION = ("payment", "adapters", "channel_gateway")

# Inside channel_gateway, from the bottom up: a module imports its own row and those before it.
# What no row names belongs to the machine room.
MACHINE_ROOM = 4
ROWS: tuple[frozenset[str], ...] = (
    frozenset({"domain"}),
    frozenset({"wire", "addresses"}),
    frozenset({"ports"}),
    frozenset({"service"}),
    frozenset({"web", "worker", "store", "plugins", "settings", "services"}),
    frozenset({"bootstrap"}),
    frozenset({"running", "explaining", "printing", "reference", "staffing"}),
    frozenset({"demo", "prove", "scaffold"}),
    frozenset({"__main__"}),
)
# In the machine room, who works beside whom without knowing them. The worker changes documents.
STRANGERS_IN_THE_ROOM = {"store": {"web", "worker"}, "web": {"worker", "store"}, "worker": {"web"}}

# Folders whose members are strangers to one another.
NEIGHBOURHOODS = (
    "adapters",
    "adapters.finance",
    "payment.connectors",
    "channel_gateway.services",
    "mock_platforms",
)

# What a room of payment may know of another; their rows are added side by side.
ROOMS_KNOW: dict[str, tuple[str, ...]] = {
    "payment.connectors": (
        "payment.reconciliation.cells",
        "payment.reconciliation.columns",
        "payment.reconciliation.entries",
        "payment.reconciliation.wrong_bills",
    ),
    "payment.journal": (
        "payment.reconciliation.entries",
        "payment.reconciliation.gathering.sources",
        "payment.reconciliation.gathering.statements",
    ),
    "payment.receipts": (),
    "payment.reconciliation": ("payment.journal.journal",),
    "payment.refund_cases": (),
}

STAGE_SETTERS = ("channel_gateway.demo", "channel_gateway.prove")
SCAFFOLD = "channel_gateway.scaffold"  # it writes plug-ins
STAND_INS_MAY = {"aiohttp", "click", "cryptography", "orjson", "yarl"}


def test_the_packages_point_one_way() -> None:
    wrong = [
        (module.name, imported)
        for lower, upper in product(range(len(DIRECTION)), repeat=2)
        if upper < lower
        for module in within(DIRECTION[lower])
        for imported in module.imports()
        if lies_in(imported, DIRECTION[upper])
    ]

    assert wrong == []


def test_inside_the_gateway_rows_import_downwards() -> None:
    wrong = [
        (module.name, imported)
        for module in within("channel_gateway")
        for imported in module.imports()
        if lies_in(imported, "channel_gateway") and _row(imported) > _row(module.name)
    ]

    assert wrong == []


@pytest.mark.parametrize("worker", STRANGERS_IN_THE_ROOM)
def test_store_web_and_worker_stand_apart(worker: str) -> None:
    wrong = [
        (module.name, imported)
        for module in within(f"channel_gateway.{worker}")
        for imported in module.imports()
        for stranger in STRANGERS_IN_THE_ROOM[worker]
        if lies_in(imported, f"channel_gateway.{stranger}")
    ]

    assert wrong == []


@pytest.mark.parametrize("neighbourhood", NEIGHBOURHOODS)
def test_neighbours_are_strangers(neighbourhood: str) -> None:
    homes = {_home(each, neighbourhood) for each in modules() if _is_home(each, neighbourhood)}
    wrong = [
        (module.name, imported)
        for module in within(neighbourhood)
        for imported in module.imports()
        for home in homes
        if lies_in(imported, home)
        and _home(module, neighbourhood) in homes
        and not lies_in(module.name, home)
    ]

    assert wrong == []


@pytest.mark.parametrize("room", ROOMS_KNOW)
def test_a_room_of_payment_knows_what_it_must_of_the_others(room: str) -> None:
    others = [each for each in (*ROOMS_KNOW, "payment.commands", "payment.exports") if each != room]
    wrong = [
        (module.name, imported)
        for module in within(room)
        for imported in module.imports()
        if any(lies_in(imported, each) for each in others)
        and not any(lies_in(imported, each) for each in ROOMS_KNOW[room])
    ]

    assert wrong == []


def test_the_finance_protocol_in_json_knows_no_other_and_none_knows_it() -> None:
    wrong = [
        (module.name, imported)
        for module in within("adapters.finance")
        for imported in module.imports()
        if lies_in(imported, "adapters.finance")
        and _is_json(imported.split(".")[2]) != _is_json(module.name.split(".")[2])
    ]

    assert wrong == []


def test_a_connector_knows_the_adapter_of_its_own_platform_alone() -> None:
    wrong = [
        (module.name, imported)
        for module in within("payment.connectors")
        for imported in module.imports()
        if imported.startswith("adapters.")
        and not module.name.removeprefix("payment.connectors.").startswith(imported.split(".")[1])
    ]

    assert wrong == []


def test_the_core_names_no_plug_in() -> None:
    wrong = [
        (module.name, name)
        for module in within("channel_gateway")
        if not any(lies_in(module.name, each) for each in (*STAGE_SETTERS, SCAFFOLD))
        for name in _texts(module)
        if name.startswith(("adapters.", "payment.")) and " " not in name
    ]

    assert wrong == []


def test_the_stand_ins_share_nothing_with_what_they_test() -> None:
    allowed = STAND_INS_MAY | sys.stdlib_module_names | {"mock_platforms"}
    wrong = [
        (module.name, imported)
        for module in within("mock_platforms")
        for imported in module.imports()
        if imported.split(".")[0] not in allowed
    ]

    assert wrong == []


def test_only_who_sets_the_stage_imports_the_stand_ins() -> None:
    wrong = [
        (module.name, imported)
        for module in within(*(name for name in PACKAGES if name != "mock_platforms"))
        if not any(lies_in(module.name, each) for each in STAGE_SETTERS)
        for imported in module.imports()
        if lies_in(imported, "mock_platforms")
    ]

    assert wrong == []


def _row(name: str) -> int:
    part = name.split(".")[1] if "." in name else "__main__"
    return next((row for row, names in enumerate(ROWS) if part in names), MACHINE_ROOM)


def _is_json(part: str) -> bool:
    return part.startswith("json_")


def _home(module: Module, neighbourhood: str) -> str:
    depth = neighbourhood.count(".") + 2
    return ".".join(module.name.split(".")[:depth])


def _is_home(module: Module, neighbourhood: str) -> bool:
    """Whether it is a folder directly inside: what is a file there, all may share."""
    inside = module.name.rpartition(".")[0] == neighbourhood
    return inside and module.path.name == "__init__.py"


def _texts(module: Module) -> Iterator[str]:
    return (value for value in module.constants() if isinstance(value, str))
