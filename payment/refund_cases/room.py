"""Refund cases put together: their rows, from what payment has."""

from functools import partial

from channel_gateway.ports import Tools
from channel_gateway.service import Table
from payment.parts import Parts
from payment.proofs import Proof
from payment.refund_cases.applying import Applying
from payment.refund_cases.cases import CASES, Cases
from payment.refund_cases.citizen_endpoints import CitizenEndpoints
from payment.refund_cases.clocks import Clocks
from payment.refund_cases.handling import Handling
from payment.refund_cases.life import TRANSITIONS
from payment.refund_cases.materials import MATERIALS, Materials
from payment.refund_cases.paying_back import PayingBack
from payment.refund_cases.proof import RefundCaseProof
from payment.refund_cases.reactions import Reactions
from payment.refund_cases.redirecting import Redirecting
from payment.refund_cases.refund_endpoints import RefundEndpoints
from payment.refund_cases.rescuing import Rescuing
from payment.refund_cases.sealed_cards import SealedCards
from payment.refund_cases.staff_endpoints import StaffEndpoints
from payment.refund_cases.telling import CaseNews
from payment.refund_cases.views import Views
from payment.refund_cases.worklist import Worklist

COLLECTIONS = (CASES, MATERIALS)


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    orders, methods = parts.orders, parts.methods
    news = CaseNews(orders, parts.news.service_of, parts.messenger, parts.settings.page)
    clocks = Clocks(parts.calendar)
    cases = Cases(tools.store, news.beside)
    materials = Materials(tools.store, tools.vault)
    cards = SealedCards(tools.vault)
    views = Views(orders, materials, cards, tools.vault)
    applying = Applying(cases, orders, parts.payments, materials, clocks, tools.vault)
    paying_back = PayingBack(cases, parts.refunds, clocks, tools.clock)
    handling = Handling(cases, orders, paying_back, clocks, tools.vault)
    worklist = Worklist(cases, orders, clocks)
    rescuing = Rescuing(orders, cases, methods, tools.clock)
    redirecting = Redirecting(orders, methods, rescuing, cards, tools.clock)
    table.routes += CitizenEndpoints(applying, views).rows()
    table.routes += StaffEndpoints(applying, handling, worklist, materials, views).rows()
    table.routes += RefundEndpoints(worklist, rescuing, redirecting, views).rows()
    table.reactions += Reactions(paying_back).rows() + news.rows()
    table.states["refund_case"] = TRANSITIONS
    journal, audit = map(tools.chains.chain, ("journal", "audit"))
    archived = partial(parts.archive.refund_cases, journal)
    proof = RefundCaseProof(cases, archived, parts.journal.requested_fen, audit)
    table.offer(Proof, f"{tools.name} refund cases", proof)
    table.offer(Worklist, tools.name, worklist)
    table.offer(Views, tools.name, views)
