"""What departments tell us of cases, and what citizens and operators see of them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from channel_gateway.domain.days import in_reach, milliseconds, moment_of
from channel_gateway.services.case.case import Outcome, State, Told

CaseNo = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w./()（）〔〕\[\]-]+$")]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
# As it is kept: of two ways to write a moment, both are the same moment.
Moment = Annotated[AwareDatetime, AfterValidator(lambda at: moment_of(milliseconds(in_reach(at))))]
Words = Annotated[str, Field(max_length=200)]


class Heard(BaseModel):
    """From a department: members we do not know are passed over, and no error repeats a value."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Citizen(Heard):
    name: Annotated[str, Field(min_length=1, max_length=50)]
    id_number: Annotated[str, Field(min_length=18, max_length=18, description="GB 11643")]


class CaseProgress(Heard):
    """What has happened to a case; a step told late finds its place by `at`."""

    case_no: CaseNo
    service: Annotated[str, Field(min_length=1, max_length=32)]
    state: Told
    at: Moment = Field(description="when it happened")
    note: Words = Field("", description="for the citizen: which papers are missing, say")
    outcome: Outcome | None = Field(None, description="with `decided`, and only then")
    hall: Code | None = None
    citizen: Citizen | None = None
    appointment_id: Annotated[str, Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _says_enough(self) -> Self:
        if (self.outcome is None) is (self.state is Told.DECIDED):
            raise ValueError("outcome: comes with decided, and only then")
        if self.citizen is None and self.appointment_id is None:
            raise ValueError("whose case it is: citizen or appointment_id is wanted")
        return self


class LicenceIssued(Heard):
    case_no: CaseNo
    licence_no: Annotated[str, Field(max_length=100)] = ""
    name: Annotated[str, Field(min_length=1, max_length=100)]
    at: Moment


class CaseKept(BaseModel):
    case_id: str = Field(description="ours, as citizens see it")
    state: State = Field(description="of the case, after all that was told")


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseView(Message):
    case_id: str
    case_no: str
    service: str
    service_name: str
    hall: str | None
    state: State
    outcome: Outcome | None
    opened_at: datetime
    says: str = Field(description="the state in a sentence for the citizen, and what to do next")


class StepView(Message):
    at: datetime
    state: Told
    says: str
    note: str


class LicenceView(Message):
    name: str
    number: str
    at: datetime


class CaseDetail(CaseView):
    appointment_id: str | None
    history: list[StepView] = Field(description="in order of what happened")
    licences: list[LicenceView]


class OperatedCase(CaseDetail):
    """For operators: the person's name and the licences' numbers masked."""

    department: str
    applicant: str
    unlinked: bool = Field(description="the citizen had their data erased; this is kept by law")


class CasesView(Message):
    cases: list[CaseView]
    next: str | None = Field(description="pass as `after` for the next page")
