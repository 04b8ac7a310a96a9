"""A fee becomes money received, proven, settled once, and given back when it settles nothing."""

from pydantic import Field

from channel_gateway.ports import (
    Departments,
    FeeDesk,
    FeeWatcher,
    FinanceAuthority,
    People,
    PersonalData,
    ServiceCatalogue,
    Tools,
)
from channel_gateway.sections import Section
from channel_gateway.service import Callback, Job, Story, Table
from payment.attempts import ATTEMPTS, Attempts
from payment.callbacks import Callbacks
from payment.department_calls import DepartmentCalls
from payment.endpoints import Endpoints
from payment.fee_desk import Desk
from payment.issued import ISSUED, IssuedNotices
from payment.order import TRANSITIONS
from payment.orders import ORDERS, Orders
from payment.personal_data import KeptOrders
from payment.ports import PaymentMethod
from payment.reactions import Reactions
from payment.refund import REFUND_TRANSITIONS
from payment.refunds import Refunds
from payment.story import Stories
from payment.telling import Telling
from payment.use_cases import Payments

COLLECTIONS = (ORDERS, ATTEMPTS, ISSUED)
TAKES_OFFERS = True  # every payment method, the finance authority, and who knows the citizens


class Settings(Section):
    finance: str  # the plug-in that speaks with the finance authority
    people: str = Field("citizen", description="the plug-in that knows the citizens")


def build(table: Table, tools: Tools) -> None:
    """Add the payment's rows. Raises `ValueError` without methods, finance, or people."""
    settings = Settings.model_validate(tools.section)
    authorities: dict[str, FinanceAuthority] = table.offered(FinanceAuthority)
    if settings.finance not in authorities:
        there = ", ".join(authorities) or "no plug-in that does"
        raise ValueError(f"finance: names nobody who speaks with finance; there is {there}")
    finance = authorities[settings.finance]
    known: dict[str, People] = table.offered(People)
    if settings.people not in known:
        there = ", ".join(known) or "no plug-in that does"
        raise ValueError(f"people: names nobody who knows the citizens; there is {there}")
    methods: dict[str, PaymentMethod] = table.offered(PaymentMethod)
    if not methods:
        raise ValueError("no plug-in is a payment method: there is nothing to pay with")
    orders, issued = Orders(tools.store), IssuedNotices(tools.store, tools.vault)
    table.offer(PersonalData, tools.name, KeptOrders(orders, issued))
    attempts = Attempts(tools.store)
    payments = Payments(
        orders,
        methods,
        finance,
        identities=tools.identities,
        people=known[settings.people],
        attempts=attempts,
        issued=issued,
        clock=tools.clock,
        randomness=tools.randomness,
    )
    refunds = Refunds(orders, tools.clock)
    desk = Desk(payments, orders, issued, finance, tools.clock)
    table.offer(FeeDesk, tools.name, desk)
    telling = Telling(
        issued,
        lambda: table.offered(FeeWatcher).values(),
        lambda: next(iter(table.offered(Departments).values()), None),
    )
    catalogues: dict[str, ServiceCatalogue] = table.offered(ServiceCatalogue)
    table.routes += Endpoints(payments, refunds, orders).rows()
    table.reactions += Reactions(payments, orders, methods, finance, telling, tools.clock).rows()
    table.reactions += telling.rows()
    table.department_calls += DepartmentCalls(desk, issued, catalogues.values()).rows()
    table.callbacks += [
        Callback(
            name,
            f"/{name}",
            Callbacks(orders, method).receive,
            f"Callbacks of {name} about payments and refunds",
            refusal=method.answer(accepted=False),
        )
        for name, method in methods.items()
    ]
    table.jobs.append(
        Job("forget_attempts", 3600, attempts.forget, "Forget yesterday's wrong notice codes")
    )
    table.stories.append(Story("a payment", Stories(orders, methods).tell))
    table.states |= {"order": TRANSITIONS, "refund": REFUND_TRANSITIONS}
