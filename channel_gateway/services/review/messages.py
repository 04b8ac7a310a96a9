"""What citizens, departments and operators send us and see of reviews."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from channel_gateway.domain.readable import readable_if_any
from channel_gateway.services.review.handling import DepartmentStep, Step
from channel_gateway.services.review.indicator_set import Scene
from channel_gateway.services.review.review import By, State

Id = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChoiceView(Message):
    code: str
    words: str


class LevelView(Message):
    level: int
    words: str
    items: list[ChoiceView] = Field(description="to be chosen with this level, in every scene")


class SceneView(Message):
    scene: Scene
    indicators: list[ChoiceView] = Field(description="to be chosen in this scene, at every level")


class FormView(Message):
    """The national set: what may be chosen beside a level."""

    version: str
    source: str
    levels: list[LevelView]
    scenes: list[SceneView]


class InvitationView(Message):
    """One of `case_id` and `appointment_id`: give it back with the review."""

    case_id: str | None
    appointment_id: str | None
    service: str
    service_name: str
    scene: Scene
    until: datetime = Field(description="it may be reviewed before this moment")


class InvitationsView(Message):
    invitations: list[InvitationView]


class ReviewRequest(Message):
    case_id: Id | None = None
    appointment_id: Id | None = None
    level: Annotated[int, Field(ge=1, le=5, description="5: 非常满意, 1: 非常不满意")]
    indicators: list[Annotated[str, Field(max_length=32)]] = Field(
        default_factory=list, max_length=20, description="codes of the form"
    )
    words: Words = Field("", description="read by department and operators, never published")
    anonymous: bool = Field(False, description="who gives their name is called back")

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if (self.case_id is None) is (self.appointment_id is None):
            raise ValueError("either case_id or appointment_id is wanted")
        return self


class AppealRequest(Message):
    reason: Annotated[
        str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)
    ] = Field(description="why it should be looked at again")


class EventView(Message):
    at: datetime
    what: str
    says: str
    note: str


class ReviewView(Message):
    review_id: str
    service: str
    service_name: str
    level: int
    level_words: str
    indicators: list[ChoiceView]
    words: str
    anonymous: bool
    reviewed_at: datetime
    state: State
    says: str = Field(description="how it is handled, in a sentence for the citizen")
    due_on: date | None = Field(description="the last working day for what is to happen next")
    may_appeal: bool


class ReviewDetail(ReviewView):
    case_id: str | None
    appointment_id: str | None
    history: list[EventView]


class ReviewsView(Message):
    reviews: list[ReviewView]
    next: str | None = Field(description="pass as `after` for the next page")


class OperatedEvent(Message):
    at: datetime
    what: str
    by: By
    note: str


class OperatedReview(Message):
    """Never says whose it is; of an anonymous one, nothing that leads to them."""

    review_id: str
    department: str
    service: str
    service_name: str
    hall: str | None
    scene: Scene
    level: int
    level_words: str
    indicators: list[ChoiceView]
    words: str
    anonymous: bool
    case_id: str | None
    appointment_id: str | None
    reviewed_at: datetime
    state: State
    due_on: date | None
    overdue_since: datetime | None
    appealed: bool
    history: list[OperatedEvent]


class OperatedReviews(Message):
    reviews: list[OperatedReview]
    next: str | None = Field(description="pass as `after` for the next page")


class StepRequest(Message):
    step: Step
    note: Words = Field(
        "", description="needed with excluded, disputed, kept and fixed; the citizen reads some"
    )


class ReviewProgress(BaseModel):
    """From a department: members we do not know are passed over, and no error repeats a value."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    review_id: Id
    step: DepartmentStep = Field(description="excluded: operators decide")
    note: Annotated[Words, AfterValidator(readable_if_any)] = ""


class ReviewKept(BaseModel):
    state: State
