"""Why a review is refused; each says in Chinese what the citizen can do next."""

from datetime import datetime

from channel_gateway.domain.day_words import moment_words
from channel_gateway.domain.errors import Conflict, Invalid, NotFound


class NothingToReview(NotFound):
    """There is no such case or appointment of yours."""

    code = "nothing_to_review"
    zh = "没有找到可以评价的办件或预约，请在“待评价”中查看。"


class NotEndedYet(Conflict):
    """The case is not decided, or the appointment was not done: nothing can be reviewed yet."""

    code = "not_ended_yet"
    zh = "事项尚未办结，办结后即可评价。"


class ReviewOver(Conflict):
    """It is too late to review this: `until` says until when it was possible."""

    code = "review_over"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            zh=f"评价已于{moment_words(until)}截止。如仍有意见，请拨打12345热线反映。",
            extra={"until": until},
        )


class ReviewedAlready(Conflict):
    """This was reviewed already, once and for all: `state` says how that review stands."""

    code = "reviewed_already"
    zh = "该办件已评价过，每个办件只能评价一次，可在“我的评价”中查看处理情况。"


class IndicatorUnfit(Invalid):
    """Some indicators do not belong to this level and scene: `unfit` names them."""

    code = "indicator_unfit"
    zh = "评价内容已更新，请刷新后重新选择。"


class NoSuchReview(NotFound):
    """There is no such review, or it is not yours."""

    code = "no_such_review"
    zh = "没有找到这条评价，请在“我的评价”中查看。"


class AppealSpent(Conflict):
    """This review was appealed once, and cannot be again."""

    code = "appeal_spent"
    zh = "每条评价只能申诉一次。如仍有意见，请拨打12345热线反映。"


class NoFigures(NotFound):
    """There are no figures of this month, or not yet."""

    code = "no_figures"
    zh = "该月份暂无评价数据。"
