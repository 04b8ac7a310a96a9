"""Why nothing is put away, and why what was put away is not believed."""

from channel_gateway.domain.errors import Conflict, GatewayError


class DayTooYoung(Conflict):
    """Orders of this day stay in the store for longer: see `archive_after_days`."""

    code = "day_too_young"
    zh = "该日订单尚未到归档期限。"


class DaysNotClosed(Conflict):
    """Money of these orders is on days that are not closed, or not as they were signed."""

    code = "days_not_closed"
    zh = "涉及的对账日尚未结账，或结账签字不符，不能归档。"


class NotInParity(Conflict):
    """Store, journal and finance do not tell the same: nothing is put away."""

    code = "not_in_parity"
    zh = "订单库、资金流水与财政记录不一致，不能归档，请先核对。"


class ArchivedMeanwhile(Conflict):
    """Somebody else is putting orders of this day away: look again in a while."""

    code = "archived_meanwhile"
    zh = "该日正在归档，请稍后查看。"


class ArchiveDamaged(GatewayError):
    """A file of the archive is missing, or is not what was written."""

    code = "archive_damaged"
    zh = "归档资料暂时无法读取，请联系执收单位。"
