"""Which roles may do what at the desk: said by its routes, held by the desk itself. Pure.

So it holds for the command line as well, and for whatever else comes through the desk.
"""

from collections.abc import Mapping

from channel_gateway.ports import Member, Role
from channel_gateway.staff.refusals import WrongRole
from payment.reconciliation.cases.case import CaseTrigger

WORKERS = frozenset({Role.FINANCE_CLERK, Role.UNIT_CLERK, Role.OPERATOR})
CLERK = frozenset({Role.FINANCE_CLERK})
REVIEWER = frozenset({Role.FINANCE_REVIEWER})

STEPS: Mapping[CaseTrigger, frozenset[Role]] = {
    CaseTrigger.TAKE: WORKERS,
    CaseTrigger.NOTE: WORKERS,
    CaseTrigger.CARRY: CLERK,
    CaseTrigger.SETTLE: CLERK,
    CaseTrigger.SUSPEND: CLERK,
}


def check_role(member: Member, roles: frozenset[Role]) -> None:
    """Return if they have one of them. Raises `WrongRole`."""
    if not member.may(*roles):
        raise WrongRole
