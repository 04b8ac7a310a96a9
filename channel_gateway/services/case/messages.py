"""What departments tell us of cases, and what citizens and operators see of them."""

from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from channel_gateway.domain.days import in_reach, milliseconds, moment_of
from channel_gateway.domain.readable import readable, readable_if_any
from channel_gateway.services.case.case import Outcome, State, Told

CaseNo = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w./()（）〔〕\[\]-]+$")]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
# As it is kept: of two ways to write a moment, both are the same moment.
Moment = Annotated[AwareDatetime, AfterValidator(lambda at: moment_of(milliseconds(in_reach(at))))]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=200),
    AfterValidator(readable_if_any),
]


class Heard(BaseModel):
    """From a department: members we do not know are passed over, and no error repeats a value."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Citizen(Heard):
    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=50),
        AfterValidator(readable),
    ]
    id_number: Annotated[str, Field(max_length=64, description="GB 11643, 18 characters")]


class CaseProgress(Heard):
    """What has happened to a case; a step told late finds its place by `at`."""

    case_no: CaseNo
    service: Annotated[str, Field(min_length=1, max_length=32)]
    state: Told
    at: Moment = Field(description="when it happened")
    note: Words = Field("", description="for the citizen: which papers are missing, say")
    outcome: Outcome | None = Field(
        None, validate_default=True, description="with `decided`, and only then"
    )
    hall: Code | None = None
    citizen: Citizen | None = None
    appointment_id: Annotated[str, Field(max_length=64)] | None = Field(None, validate_default=True)

    @field_validator("outcome")
    @classmethod
    def _with_the_decision(cls, outcome: Outcome | None, so_far: ValidationInfo) -> Outcome | None:
        state = so_far.data.get("state")  # None: it is wrong itself
        if state is not None and (outcome is None) is (state is Told.DECIDED):
            raise ValueError("comes with decided, and only then")
        return outcome

    @field_validator("appointment_id")
    @classmethod
    def _or_a_citizen(cls, id: str | None, so_far: ValidationInfo) -> str | None:
        if id is None and so_far.data.get("citizen", ...) is None:
            raise ValueError("whose case it is: citizen or appointment_id is wanted")
        return id


class LicenceIssued(Heard):
    case_no: CaseNo
    licence_no: Annotated[str, Field(max_length=100), AfterValidator(readable_if_any)] = ""
    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(readable)]
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
