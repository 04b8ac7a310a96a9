"""A refund's approval flow 申请 → 单位审核 → 财政审核 → 退付, as a table. Pure.

Source: Henan's non-tax regulation, article 23: the payer applies to the charging unit, the unit
verifies, finance of the same level reviews and executes.
"""

from enum import StrEnum

from channel_gateway.domain.state_machine import Transitions


class State(StrEnum):
    APPLIED = "applied"  # nobody of the unit has taken it up yet
    UNIT_REVIEW = "unit_review"  # 单位审核
    FINANCE_REVIEW = "finance_review"  # 财政审核
    MORE_MATERIAL = "more_material"  # 补正: back with the applicant, the clock stands still
    APPROVED = "approved"  # decided; the amount is being reserved in its order
    PAYING_BACK = "paying_back"  # 退付: reserved, and on its way
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by who applied


class Trigger(StrEnum):
    TAKE = "taken"
    VERIFY = "verified"  # by the unit
    ASK = "material_asked"
    SUPPLY_UNIT = "supplied_unit"
    SUPPLY_FINANCE = "supplied_finance"
    APPROVE = "approved"
    FALL_SHORT = "fell_short"  # less is left of the payment than was approved
    RESERVE = "reserved"
    FINISH = "paid_back"
    REJECT = "rejected"
    WITHDRAW = "withdrawn"


_OPEN_ROW = {
    Trigger.ASK: State.MORE_MATERIAL,
    Trigger.REJECT: State.REJECTED,
    Trigger.WITHDRAW: State.WITHDRAWN,
}

TRANSITIONS: Transitions[State, Trigger] = {
    State.APPLIED: _OPEN_ROW
    | {Trigger.TAKE: State.UNIT_REVIEW, Trigger.VERIFY: State.FINANCE_REVIEW},
    State.UNIT_REVIEW: _OPEN_ROW
    | {Trigger.TAKE: State.UNIT_REVIEW, Trigger.VERIFY: State.FINANCE_REVIEW},
    State.FINANCE_REVIEW: _OPEN_ROW
    | {
        Trigger.SUPPLY_FINANCE: State.FINANCE_REVIEW,
        Trigger.APPROVE: State.APPROVED,
    },
    State.MORE_MATERIAL: _OPEN_ROW
    | {
        Trigger.SUPPLY_UNIT: State.UNIT_REVIEW,
        Trigger.SUPPLY_FINANCE: State.FINANCE_REVIEW,
    },
    State.APPROVED: {
        Trigger.RESERVE: State.PAYING_BACK,
        Trigger.FALL_SHORT: State.FINANCE_REVIEW,
    },
    State.PAYING_BACK: {
        Trigger.RESERVE: State.PAYING_BACK,
        Trigger.FINISH: State.DONE,
    },
    State.DONE: {
        Trigger.RESERVE: State.DONE,
        Trigger.FINISH: State.DONE,
    },
    State.REJECTED: {},
    State.WITHDRAWN: {Trigger.WITHDRAW: State.WITHDRAWN},
}

# Nothing is left to do.
OVER = frozenset({State.DONE, State.REJECTED, State.WITHDRAWN})
# Money is owed: from here no way leads out but paying it back.
OWED = frozenset({State.APPROVED, State.PAYING_BACK})
