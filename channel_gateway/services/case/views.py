"""Cases as citizens and operators are shown them, in plain words."""

from collections.abc import Callable, Mapping

from channel_gateway.domain.people import PersonName
from channel_gateway.ports import Sealing
from channel_gateway.services.case.case import Case, Outcome, State, Step, Told
from channel_gateway.services.case.messages import (
    CaseDetail,
    CaseView,
    LicenceView,
    OperatedCase,
    StepView,
)
from channel_gateway.services.case.places import LICENCE, NAME, NOTE

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.GRANTED: "准予",
    Outcome.REFUSED: "不予",
    Outcome.FORWARDED: "已转报上级部门",
    Outcome.RETURNED: "已退回",
    Outcome.VOID: "已作废",
}

SAYS: Mapping[State, str] = {
    State.RECEIVED: "部门已收到您的申请，正在核对材料。",
    State.CORRECTION: "材料需要补正，请按下方说明补齐后提交。",
    State.ACCEPTED: "申请已受理，请等候审批。",
    State.REVIEW: "正在审批，请耐心等候。",
    State.SUSPENDED: "正在进行听证、检验等特别程序，所需时间不计入办理时限。",
    State.NOT_ACCEPTED: "申请不予受理，原因见下方说明；不服的可以依法申请行政复议。",
    State.DECIDED: "已办结。",
    State.DELIVERED: "结果已送达。",
}

STEPS: Mapping[Told, str] = {
    Told.RECEIVED: "收件：部门收到申请",
    Told.CORRECTION: "补正：请补齐材料",
    Told.ACCEPTED: "受理：申请已受理",
    Told.NOT_ACCEPTED: "不予受理",
    Told.REVIEW: "审批：正在审批",
    Told.SUSPENDED: "特别程序：所需时间不计入办理时限",
    Told.DECIDED: "办结",
    Told.DELIVERED: "送达：结果已送达",
}


class Views:
    """Opens what is sealed."""

    def __init__(self, vault: Sealing) -> None:
        self._vault = vault

    def line(self, case: Case, service_name: str) -> CaseView:
        return CaseView.model_validate(_shown(case, service_name))

    def detail(self, case: Case, service_name: str) -> CaseDetail:
        return CaseDetail.model_validate(self._told(case, service_name, number=lambda text: text))

    def operated(self, case: Case, service_name: str) -> OperatedCase:
        belongs = case.belongs
        sealed = None if belongs is None else belongs.name
        return OperatedCase.model_validate(
            self._told(case, service_name, number=_masked)
            | {
                "department": case.department,
                "applicant": PersonName(self._vault.open(sealed, NAME)).masked() if sealed else "",
                "unlinked": case.erased_at is not None,
            }
        )

    def _told(
        self, case: Case, service_name: str, number: Callable[[str], str]
    ) -> dict[str, object]:
        return _shown(case, service_name) | {
            "appointment_id": case.visit,
            "history": [self._step(step) for step in case.steps],
            "licences": [
                LicenceView(
                    name=each.name,
                    number=number(self._vault.open(each.number, LICENCE)) if each.number else "",
                    at=each.at,
                )
                for each in case.licences
            ],
        }

    def _step(self, step: Step) -> StepView:
        return StepView(
            at=step.at,
            state=step.told,
            says=_with_outcome(STEPS[step.told], step.outcome),
            note=self._vault.open(step.note, NOTE) if step.note else "",
        )


def _shown(case: Case, service_name: str) -> dict[str, object]:
    same = ("case_id", "case_no", "service", "hall", "state", "outcome", "opened_at")
    return {
        "service_name": service_name,
        "says": _with_outcome(SAYS[case.state], case.outcome),
        **{name: getattr(case, name) for name in same},
    }


def _with_outcome(says: str, outcome: Outcome | None) -> str:
    """已办结：准予。"""
    if outcome is None:
        return says
    return f"{says.removesuffix('。')}：{OUTCOMES[outcome]}{'。' if says.endswith('。') else ''}"


def _masked(text: str) -> str:
    return f"{text[:2]}****" if len(text) > 4 else "****"
