"""What a refund case refuses, in words for who asked."""

from channel_gateway.domain.errors import Conflict, Fact, Invalid, NotFound


class NoSuchRefundCase(NotFound):
    """There is no such refund application, or it is not yours to see."""

    code = "no_such_refund_case"
    zh = "没有找到该退款申请，请返回后重试。"


class SamePerson(Conflict):
    """Two people decide over money: you have acted on this at another desk."""

    code = "same_person"
    zh = "同一笔退款须由不同人员经办，请由其他人员办理。"


class NotYourStep(Conflict):
    """This refund application waits for somebody else."""

    code = "not_your_step"
    zh = "该退款申请当前不在本环节，请刷新后查看。"


class DecidedAlready(Conflict):
    """This desk has decided, and once is all: `decided_by` says who, `decision` what."""

    code = "decided_already"
    zh = "该环节已办结，请刷新后查看办理人和结果。"
    facts = (
        Fact("state", "how the application stands now"),
        Fact("decision", "what was decided: verified, approved, rejected"),
        Fact("decided_by", "the account that decided"),
        Fact("decided_at", "when", "moment"),
    )


class MaterialMissing(Conflict):
    """A material that this refund needs is not there: `missing` names the kinds."""

    code = "material_missing"
    zh = "退款材料不齐，请补充后再办理。"
    facts = (Fact("missing", "the kinds of material that are wanted", "texts"),)


class TooManyMaterials(Conflict):
    """A refund application has so many files already."""

    code = "too_many_materials"
    zh = "材料数量已达上限，请合并后再上传。"


class WrongMaterial(Invalid):
    """The file cannot be kept: it is empty, too large, or no base64."""

    code = "wrong_material"
    zh = "文件为空、过大或无法读取，请重新上传。"


class AppliedAlready(Conflict):
    """There is an open application for this payment: `case_id` names it."""

    code = "applied_already"
    zh = "这笔缴款已有退款申请正在办理，请查看办理进度。"
    facts = (Fact("case_id", "the open application"),)


class TooManyApplications(Conflict):
    """So many applications were made for this payment already: ask the unit."""

    code = "too_many_applications"
    zh = "这笔缴款的退款申请次数已达上限，请联系执收单位。"


class TransferNotFor(Conflict):
    """This refund is not one that is paid back by transfer."""

    code = "transfer_not_for"
    zh = "这笔退款不能按转账登记，请刷新后查看。"


class NoCardNamed(Conflict):
    """Nobody has named a card for this refund yet, or the platform has it already."""

    code = "no_card_named"
    zh = "这笔退款没有登记银行卡，请刷新后查看。"


class CardConfirmed(Conflict):
    """A card is confirmed, and the platform's answer is awaited: confirm that one again."""

    code = "card_confirmed"
    zh = "已有银行卡复核完毕，正在提交支付平台，请由复核人再次确认。"


class NoCardTaken(Conflict):
    """This refund is not one that its platform can send to a card."""

    code = "no_card_taken"
    zh = "这笔退款不能改退银行卡，请改为财政转账。"


class NothingToResend(Conflict):
    """The platform is at this refund, or it is done: there is nothing to send again."""

    code = "nothing_to_resend"
    zh = "这笔退款正在办理或已完成，无需重发。"
