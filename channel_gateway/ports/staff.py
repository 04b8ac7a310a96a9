"""Who works with the gateway: people with roles, each under a name of their own."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. A person may have several, but never check their own work."""

    FINANCE_CLERK = "finance_clerk"  # reconciles, works on cases, closes days
    FINANCE_REVIEWER = "finance_reviewer"  # decides on refunds, signs closed days
    UNIT_CLERK = "unit_clerk"  # of a charging unit (执收单位); sees that unit alone
    OPERATOR = "operator"  # keeps the gateway running; decides nothing about money
    AUDITOR = "auditor"  # reads everything, the audit trail too; changes nothing


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff."""

    name: str  # the account's, unique; on every entry of the audit trail
    roles: frozenset[Role]
    units: frozenset[str] = frozenset()  # of a unit clerk: the units whose money they see

    def may(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)
