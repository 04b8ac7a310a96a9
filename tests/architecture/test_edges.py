"""Where the world is touched: clocks, chance, the environment and libraries, each in named places.

Everywhere else they are parameters. A module that says of itself that it is pure is held to it.
"""

import ast
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

import pytest

from tests.architecture.tree import Module, lies_in, modules, within

TOUCHES = {
    "the clock": {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.monotonic",
        "time.perf_counter",
        "time.sleep",
    },
    "chance": {"random", "secrets", "uuid", "os.urandom"},
    "the environment": {"os.environ", "os.getenv"},
}
TOUCHED_BY = {
    "the clock": (
        "channel_gateway.world",
        "channel_gateway.logs",  # a line's own moment
        "channel_gateway.web.exchange",  # how long an answer took
        "channel_gateway.web.processes",  # how long a process lived
        "channel_gateway.demo.*",
        "channel_gateway.prove.*",
        "mock_platforms.clock",
        "mock_platforms.keys",  # a certificate's validity
    ),
    "chance": (
        "channel_gateway.world",
        "channel_gateway.secret_keys",
        "channel_gateway.store.mutate",  # how long to wait after a lost race
        "channel_gateway.chains.writing",  # the same
        "payment.reconciliation.matching.spool",  # the key of its fingerprints
        "channel_gateway.store.mongo*",  # the name of a lease
        "channel_gateway.demo.*",
        "channel_gateway.prove.*",
        "mock_platforms.randomness",
        "mock_platforms.keys",
    ),
    "the environment": (
        "channel_gateway.__main__",
        "channel_gateway.commands",
        "channel_gateway.store.mongo_client",  # motor takes its thread limit there alone
        "channel_gateway.web.metrics",  # and prometheus_client its folder
    ),
}
LIBRARIES = {
    "aiohttp": (
        "channel_gateway.web.connection",
        "channel_gateway.web.outbound",
        "channel_gateway.web.serving",
        "channel_gateway.web.shell",
        "channel_gateway.demo.*",
        "mock_platforms.server",
    ),
    "uvloop": ("channel_gateway.web.serving",),
    "motor": ("channel_gateway.store.mongo_client",),
    "pymongo": ("channel_gateway.store.mongo*",),
    "sqlite3": ("channel_gateway.store.sqlite*",),
    "alipay": ("adapters.alipay.open_platform.sdk",),
    "wechatpy": ("adapters.wechat.*",),
    "prometheus_client": ("channel_gateway.web.metrics",),
    "jinja2": ("channel_gateway.scaffold.*", "channel_gateway.web.*", "payment.receipts.page"),
    "numpy": (
        "payment.connectors.regular_lines",
        "payment.connectors.wechat_pay.bill_columns",
        "payment.reconciliation.cells",
        "payment.reconciliation.columns",
        "payment.reconciliation.gathering.piles",
        "payment.reconciliation.matching.*",
    ),
    "reportlab": ("payment.receipts.pdf",),
    "segno": ("payment.receipts.pdf",),
    "re2": ("channel_gateway.services.catalogue.pattern",),
    "requests": (),
    "httpx": (),
}
IN_ONE_MODULE = ("alipay", "motor", "re2", "uvloop", "wechatpy")

# Rules: they decide, and touch nothing.
RULES = (
    "channel_gateway.domain.*",
    "payment.facts",
    "payment.order",
    "payment.quote",
    "payment.refund",
    "payment.settlement",
    "payment.journal.bookings",
    "payment.receipts.copies",
    "payment.reconciliation.bill_files.day",
    "payment.reconciliation.cases.case",
    "payment.reconciliation.days.credit",
    "payment.reconciliation.days.day",
    "payment.reconciliation.days.sums",
    "payment.reconciliation.differences",
    "payment.reconciliation.entries",
    "payment.reconciliation.found.finding",
    "payment.reconciliation.gathering.numbers",
    "payment.reconciliation.gathering.orders_as_entries",
    "payment.reconciliation.kinds",
    "payment.reconciliation.matching.rules",
    "payment.reconciliation.matching.twice",
    "payment.reconciliation.suspense.item",
    "payment.reconciliation.wrong_bills",
    "payment.refund_cases.case",
    "payment.refund_cases.deciding",
    "payment.refund_cases.life",
    "payment.connectors.*.bill_lines",
    "payment.connectors.*.explain",
    "payment.connectors.*.messages",
    "payment.connectors.*.mistakes",
    "payment.connectors.*.callbacks",
    "payment.connectors.*.signing",
    "payment.connectors.*.trades",
    "payment.connectors.*.trust",
    "payment.connectors.*.words",
    "adapters.alipay.messages",
    "adapters.alipay.open_platform.answers",
    "adapters.alipay.open_platform.requests",
    "adapters.finance.cnnontax.envelope",
    "adapters.finance.cnnontax.frames",
    "adapters.finance.cnnontax.notices",
    "adapters.finance.cnnontax.payments",
    "adapters.finance.cnnontax.results",
    "adapters.finance.json_messages",
    "adapters.finance.json_refusals",
    "adapters.finance.soap.envelope",
    "adapters.wechat.answers",
    "adapters.wechat.login",
    "adapters.wechat.phone",
)
IO = ("aiohttp", "asyncio", "motor", "pymongo", "socket", "sqlite3", "subprocess", "urllib.request")
SAYS_PURE = re.compile(r"\bPure\b")


@pytest.mark.parametrize("what", TOUCHES)
def test_the_world_is_touched_in_named_modules_alone(what: str) -> None:
    touching = [
        module.name
        for module in modules()
        if _touches(module, TOUCHES[what]) and not _named(module, TOUCHED_BY[what])
    ]

    assert touching == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_where_it_belongs_alone(library: str) -> None:
    strangers = [each.name for each in _importing(library) if not _named(each, LIBRARIES[library])]

    assert strangers == []


@pytest.mark.parametrize("library", IN_ONE_MODULE)
def test_a_library_that_may_be_replaced_is_known_to_one_module(library: str) -> None:
    assert len(_importing(library)) <= 1


def test_what_says_it_is_pure_touches_nothing() -> None:
    pure = [each for each in modules() if SAYS_PURE.search(ast.get_docstring(each.tree) or "")]

    assert len(pure) > 50
    assert [each.name for each in pure if _is_impure(each)] == []


def test_the_rules_touch_nothing() -> None:
    rules = [
        each for each in within("channel_gateway", "payment", "adapters") if _named(each, RULES)
    ]

    assert all(any(fnmatchcase(each.name, rule) for each in rules) for rule in RULES)
    assert [each.name for each in rules if _is_impure(each)] == []


def _is_impure(module: Module) -> bool:
    waits = any(
        isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(module.tree)
    )
    imports_io = any(lies_in(name, io) for name in module.imports() for io in IO)
    return waits or imports_io or any(_touches(module, names) for names in TOUCHES.values())


def _touches(module: Module, names: Iterable[str]) -> bool:
    """Whether a module imports one of these, or writes a dotted one out."""
    imported, written = set(module.imports()), set(module.attributes())
    return any(name in written or any(lies_in(each, name) for each in imported) for name in names)


def _importing(library: str) -> list[Module]:
    return [each for each in modules() if any(lies_in(name, library) for name in each.imports())]


def _named(module: Module, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(module.name, pattern) for pattern in patterns)
