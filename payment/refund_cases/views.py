"""Refund cases as citizens and the staff are shown them."""

from collections.abc import Iterator

from channel_gateway.ports import Sealing
from payment.order import Event
from payment.orders import Orders
from payment.refund import Refund
from payment.refund_cases.case import (
    BY_ITSELF,
    CITIZEN,
    WORDS,
    Actor,
    Desk,
    Material,
    ReceiptAction,
    RefundCase,
)
from payment.refund_cases.deciding import becomes_of_receipt, missing
from payment.refund_cases.life import OVER, OWED, State, Trigger
from payment.refund_cases.materials import Materials
from payment.refund_cases.messages import (
    ApplicationView,
    CardView,
    CaseView,
    HistoryView,
    MaterialView,
    ProgressView,
    RefundItem,
    StaffRefund,
    TransferView,
)
from payment.refund_cases.rescuing import Found
from payment.refund_cases.sealed_cards import SealedCards
from payment.refund_cases.worklist import Item, steps
from payment.views import refund_view

SAYS: dict[State, str] = {
    State.APPLIED: "退款申请已提交，等待执收单位受理",
    State.UNIT_REVIEW: "执收单位正在核实您的退款申请",
    State.FINANCE_REVIEW: "单位已核实，财政部门正在审核",
    State.MORE_MATERIAL: "需要补充材料，请按说明上传后继续办理",
    State.APPROVED: "退款已批准，正在办理退付",
    State.PAYING_BACK: "退款已批准，款项正在退付",
    State.DONE: "退款已完成",
    State.REJECTED: "退款申请未获批准",
    State.WITHDRAWN: "退款申请已撤回",
}
PROGRESS: dict[str, str] = {
    "applied": "提交退款申请",
    "material_added": "上传材料",
    Trigger.TAKE: "执收单位受理",
    Trigger.VERIFY: "执收单位核实通过",
    Trigger.ASK: "需要补充材料",
    Trigger.SUPPLY_UNIT: "材料已补充，继续核实",
    Trigger.SUPPLY_FINANCE: "材料已补充，继续审核",
    Trigger.APPROVE: "财政审核通过",
    Trigger.FALL_SHORT: "可退余额不足，重新审核",
    Trigger.RESERVE: "开始退付",
    Trigger.FINISH: "退款完成",
    Trigger.REJECT: "未予批准",
    Trigger.WITHDRAW: "撤回申请",
}
# What the staff say to the applicant; what they say to one another stays with them.
_SAID_TO_CITIZENS = frozenset({"applied", Trigger.ASK.value, Trigger.REJECT.value})


class Views:
    def __init__(
        self, orders: Orders, materials: Materials, cards: SealedCards, vault: Sealing
    ) -> None:
        self._orders = orders
        self._materials = materials
        self._cards = cards
        self._vault = vault

    async def application(self, case: RefundCase) -> ApplicationView:
        receipt = await self._receipt(case)
        mine = [each for each in case.materials if each.by_citizen]
        return ApplicationView(
            case_id=case.id,
            order_id=case.order_id,
            state=case.state,
            says=SAYS[case.state],
            amount_fen=case.amount_fen,
            ground=case.ground,
            applied_at=case.applied_at,
            decided_by=case.due_on,
            may_withdraw=case.by_citizen and case.state not in OVER | OWED,
            missing=[] if case.state in OVER | OWED else list(missing(case, receipt)),
            materials=[self.material(each) for each in mine],
            progress=[
                ProgressView(
                    at=each.at,
                    says=PROGRESS[each.what],
                    words=self._open(each.words) if self._is_told(case, each.what) else "",
                )
                for each in case.events
            ],
        )

    async def case(self, case: RefundCase, item: Item) -> CaseView:
        receipt = await self._receipt(case)
        return CaseView(
            item=item_view(item),
            case_id=case.id,
            state=case.state,
            amount_fen=case.amount_fen,
            total_fen=case.total_fen,
            ground=case.ground,
            way=case.way,
            receipt=receipt,
            upper_level=case.upper_level,
            found_on=case.found_on,
            applied_at=case.applied_at,
            late=case.late,
            missing=list(missing(case, receipt)),
            materials=[self.material(each) for each in case.materials],
            history=sorted((*self._decisions(case), *map(_step, item.steps)), key=lambda h: h.at),
            refund=None if item.refund is None else refund_view(item.refund),
            card=None if item.refund is None else self._card(item.refund),
        )

    def refund(self, found: Found, item: Item) -> StaffRefund:
        refund = found.refund
        transfer = TransferView(
            reference=refund.reference, paid_by=refund.paid_by, confirmed_by=refund.confirmed_by
        )
        return StaffRefund(
            item=item_view(item),
            refund=refund_view(refund),
            transfer=transfer if refund.by_transfer else None,
            card=self._card(refund),
            history=[_step(each) for each in steps(found.order, [refund])],
        )

    async def _receipt(self, case: RefundCase) -> ReceiptAction:
        return becomes_of_receipt(await self._orders.get(case.order_id))

    def _decisions(self, case: RefundCase) -> Iterator[HistoryView]:
        for each in case.events:
            yield HistoryView(
                at=each.at,
                what=each.what,
                by=each.by or each.role,
                role=each.role,
                desk=each.desk,
                words=self._open(each.words),
            )

    def material(self, material: Material) -> MaterialView:
        return MaterialView(
            material_id=material.id,
            kind=material.kind,
            name=self._materials.name(material),
            digest=material.digest,
            size=material.size,
            added_at=material.at,
            added_by=material.by or CITIZEN,
        )

    def _card(self, refund: Refund) -> CardView | None:
        if refund.card is None:
            return None
        named, card = refund.card, self._cards.card(refund.card)
        return CardView(
            bank=card.bank,
            account=card.account.masked(),
            holder=card.holder.masked(),
            digest=named.digest,
            named_by=named.named_by,
            named_at=named.named_at,
            confirmed_by=named.confirmed_by,
        )

    def _open(self, words: str) -> str:
        return self._vault.open(words, WORDS) if words else ""

    def _is_told(self, case: RefundCase, what: str) -> bool:
        return what in _SAID_TO_CITIZENS and (what != "applied" or case.by_citizen)


def _step(event: Event) -> HistoryView:
    """A step of paying back, a person's or the gateway's own.

    Its words: a transfer's reference, a card's digest.
    """
    by = Actor(event.by, event.role, Desk.FINANCE) if event.by else BY_ITSELF
    _, _, words = event.note.partition(" ")
    return HistoryView(
        at=event.at,
        what=event.what,
        by=by.name or by.role,
        role=by.role,
        desk=by.desk,
        words=words,
    )


def item_view(item: Item) -> RefundItem:
    state = item.case.state.value if item.case else item.refund.state.value if item.refund else ""
    return RefundItem(
        automatic=item.automatic,
        case_id=item.case.id if item.case else None,
        order_id=item.order_id,
        refund_no=item.refund.number if item.refund else None,
        pay_code=item.pay_code,
        unit_code=item.unit_code,
        amount_fen=item.amount_fen,
        state=state,
        since=item.since,
        owner=item.todo.owner,
        next_step=item.todo.words,
        due_on=item.due_on,
        overdue=item.overdue,
        stuck=item.todo.stuck,
    )
