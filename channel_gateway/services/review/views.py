"""Reviews as citizens and operators are shown them, in plain words."""

from collections.abc import Mapping
from datetime import date

from channel_gateway.domain.day_words import day_words
from channel_gateway.ports import Sealing
from channel_gateway.services.review.indicator_set import IndicatorSet, Scene
from channel_gateway.services.review.messages import (
    ChoiceView,
    EventView,
    FormView,
    InvitationView,
    LevelView,
    OperatedEvent,
    OperatedReview,
    ReviewDetail,
    ReviewView,
    SceneView,
)
from channel_gateway.services.review.places import NOTE, WORDS
from channel_gateway.services.review.review import OVERDUE, Event, Review, State, Trigger
from channel_gateway.services.review.subjects import Subject

SAYS: Mapping[State, str] = {
    State.RATED: "感谢您的评价。",
    State.OPEN: "您的评价已收到，部门将核实情况。",
    State.VERIFYING: "部门正在核实您反映的情况。",
    State.DISPUTED: "部门对评价有异议，正在由主管部门裁定。",
    State.FIXING: "情况属实，部门正在整改。",
    State.FEEDBACK: "整改已完成，结果见下方说明。",
    State.CALLBACK: "整改已完成，工作人员将电话回访您。",
    State.CLOSED: "整改已办结。如不满意，可申诉一次。",
    State.EXCLUDED: "经核实，该评价不计入统计，理由见下方说明。如有异议，可申诉一次。",
    State.MERGED: "该事项您此前已评价过，本条评价已合并，不再单独统计和处理。",
}
_SPENT = {
    State.CLOSED: "整改已办结。",
    State.EXCLUDED: "经复核，该评价不计入统计，理由见下方说明。",
}

EVENTS: Mapping[str, str] = {
    Trigger.COMPLAIN: "评价已收到",
    Trigger.TAKE: "部门开始核实",
    Trigger.VERIFY: "核实属实，开始整改",
    Trigger.DISPUTE: "部门提出异议",
    Trigger.KEEP: "主管部门裁定评价有效，开始整改",
    Trigger.EXCLUDE: "裁定不计入统计",
    Trigger.FIX: "整改完成",
    Trigger.ANSWER: "已向您反馈",
    Trigger.FINISH: "已向您反馈，办结",
    Trigger.CALL_BACK: "已电话回访，办结",
    Trigger.APPEAL: "您提出申诉，重新核实",
    Trigger.MERGE: "与同一事项此前的评价合并",
    OVERDUE: "办理超期，已督办",
}
# Notes are between department and operators, but for these.
_READ_BY_CITIZENS = frozenset(
    {Trigger.EXCLUDE, Trigger.FIX, Trigger.ANSWER, Trigger.FINISH, Trigger.APPEAL}
)


class Views:
    """Opens what is sealed."""

    def __init__(self, indicators: IndicatorSet, vault: Sealing) -> None:
        self._indicators = indicators
        self._vault = vault

    def form(self) -> FormView:
        known = self._indicators
        return FormView(
            version=known.version,
            source=known.source,
            levels=[
                LevelView(level=level, words=words, items=_choices(known.items[level]))
                for level, words in known.levels.items()
            ],
            scenes=[
                SceneView(scene=scene, indicators=_choices(known.scenes[scene])) for scene in Scene
            ],
        )

    def line(self, review: Review, service_name: str) -> ReviewView:
        return ReviewView.model_validate(self._shown(review, service_name))

    def detail(self, review: Review, service_name: str) -> ReviewDetail:
        return ReviewDetail.model_validate(
            self._shown(review, service_name)
            | {
                "case_id": review.case_key,
                "appointment_id": review.visit_key,
                "history": [self._event(each) for each in review.events],
            }
        )

    def operated(self, review: Review, service_name: str) -> OperatedReview:
        same = (
            *("department", "hall", "scene", "reviewed_at", "state", "due_on"),
            *("overdue_since", "appealed"),
        )
        return OperatedReview.model_validate(
            self._said(review, service_name)
            | {name: getattr(review, name) for name in same}
            | {
                "case_id": None if review.anonymous else review.case_key,
                "appointment_id": None if review.anonymous else review.visit_key,
                "history": [
                    OperatedEvent(
                        at=each.at, what=each.what, by=each.by, note=self._opened(each.note)
                    )
                    for each in review.events
                ],
            }
        )

    def _shown(self, review: Review, service_name: str) -> dict[str, object]:
        ended = review.state in _SPENT
        return self._said(review, service_name) | {
            "reviewed_at": review.reviewed_at,
            "state": review.state,
            "says": _says(review),
            "due_on": review.due_on,
            "may_appeal": ended and not review.appealed,
        }

    def _said(self, review: Review, service_name: str) -> dict[str, object]:
        return {
            "review_id": review.id,
            "service": review.service,
            "service_name": service_name,
            "level": review.level,
            "level_words": self._indicators.levels[review.level],
            "indicators": [
                ChoiceView(code=code, words=self._indicators.words(code))
                for code in review.indicators
            ],
            "words": self._vault.open(review.words, WORDS) if review.words else "",
            "anonymous": review.anonymous,
        }

    def _event(self, event: Event) -> EventView:
        note = self._opened(event.note) if event.what in _READ_BY_CITIZENS else ""
        return EventView(at=event.at, what=event.what, says=EVENTS[event.what], note=note)

    def _opened(self, note: str) -> str:
        return self._vault.open(note, NOTE) if note else ""


def invitation_view(subject: Subject) -> InvitationView:
    return InvitationView(
        case_id=subject.case,
        appointment_id=subject.visit if subject.case is None else None,
        service=subject.service,
        service_name=subject.service_name,
        scene=subject.scene,
        until=subject.until,
    )


def _says(review: Review) -> str:
    if review.appealed and review.state in _SPENT:
        return _SPENT[review.state]
    says = SAYS[review.state]
    if review.state is State.CALLBACK and review.person is None:
        return SAYS[State.FEEDBACK]
    if review.due_on is None:
        return says
    clock = "已超期，正在督办。" if review.overdue_since else _by(review.due_on)
    return f"{says}{clock}"


def _by(day: date) -> str:
    return f"{day_words(day)}前完成本环节。"


def _choices(some: Mapping[str, str]) -> list[ChoiceView]:
    return [ChoiceView(code=code, words=words) for code, words in some.items()]
