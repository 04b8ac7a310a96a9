"""Orders put together: their rows, and what other services may ask about fees."""

from channel_gateway.ports import (
    FeeDesk,
    PaidFees,
    PaidNotices,
    PersonalData,
    ServiceCatalogue,
    Tools,
    Visits,
)
from channel_gateway.service import Callback, Job, Story, Table
from payment.attempts import ATTEMPTS
from payment.callbacks import Callbacks
from payment.department_calls import DepartmentCalls
from payment.elsewhere import ELSEWHERE, Elsewhere
from payment.endpoints import Endpoints
from payment.fee_desk import Desk
from payment.issued import ISSUED
from payment.order import TRANSITIONS
from payment.orders import ORDERS
from payment.paid import Paid
from payment.parts import Parts
from payment.personal_data import KeptOrders
from payment.reactions import Reactions
from payment.refund import REFUND_TRANSITIONS
from payment.refund_cases.cases import Cases
from payment.traces.told import TracedPaidNotices

COLLECTIONS = (ORDERS, ATTEMPTS, ISSUED, ELSEWHERE)

_BY_DECLARED_NAMES = (
    "{}: who gives somebody's name and identity number is shown what that person owes; "
    "real_name = true wants the name proven"
)


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    orders, methods, issued = parts.orders, parts.methods, parts.issued
    kept = KeptOrders(orders, issued, methods, Cases(tools.store), tools.vault, parts.archive)
    desk = Desk(parts.payments, orders, issued, parts.finance, tools.clock)
    catalogues: dict[str, ServiceCatalogue] = table.offered(ServiceCatalogue)
    elsewhere = Elsewhere(
        tools.store,
        parts.payments,
        orders,
        parts.finance,
        issued,
        parts.telling,
        tools.clock,
    )
    heard = TracedPaidNotices(elsewhere, parts.traces, tools.clock)
    reactions = Reactions(
        parts.payments,
        orders,
        methods,
        parts.finance,
        parts.telling,
        parts.register,
        elsewhere,
        tools.clock,
    )
    table.offer(PersonalData, tools.name, kept)
    table.offer(FeeDesk, tools.name, desk)
    table.offer(PaidNotices, tools.name, heard)
    table.offer(PaidFees, tools.name, Paid(orders, issued, methods))
    table.routes += Endpoints(parts.payments, orders).rows()
    table.stories.append(Story("a payment elsewhere", elsewhere.tell))
    table.reactions += elsewhere.rows()
    table.reactions += reactions.rows() + parts.telling.rows() + parts.news.rows()
    table.department_calls += DepartmentCalls(
        desk, issued, catalogues.values(), lambda: table.offered(Visits).values()
    ).rows()
    table.callbacks += [
        Callback(
            name,
            f"/{name}",
            Callbacks(orders, method, parts.traces).receive,
            f"Callbacks of {name} about payments and refunds",
            refusal=method.answer(accepted=False),
        )
        for name, method in parts.bare_methods.items()
    ]
    table.jobs.append(
        Job("forget_attempts", 3600, parts.attempts.forget, "Forget yesterday's wrong codes")
    )
    table.states |= {"order": TRANSITIONS, "refund": REFUND_TRANSITIONS}
    if not parts.settings.real_name:
        table.remarks.append(_BY_DECLARED_NAMES.format(tools.name))
