"""What citizens send us and see of who they are and of what is kept about them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from channel_gateway.domain.readable import readable
from channel_gateway.services.citizen.erasure import State as ErasureState
from channel_gateway.services.citizen.proof import State as ProofState

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(readable),
    Field(description="as the identity card has it"),
]


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Identity(Message):
    """Who the citizen is. Sealed at rest, shown masked."""

    name: Name
    id_number: Annotated[str, Field(max_length=100, description="居民身份证号, 18 characters")]


class IdentityView(Message):
    name: str
    id_number: str
    reference: str = Field(description="what the hall asks for to clear it; no personal data")


class FaceConsentView(Message):
    """What to show before a face is checked; agreed to by sending `consent`."""

    sentence: str
    policy_version: str


class RealNameView(Message):
    proven: bool
    since: datetime | None = None
    channel: str | None = Field(None, description="which proved it")
    consent: FaceConsentView


class ChannelView(Message):
    channel: str
    current: bool = Field(description="the one this was asked through")


class RunningErasureView(Message):
    """A request to be forgotten that is not done yet."""

    erasure_id: str
    asked_at: datetime
    says: str
    open_matters: list[str] = Field(description="what must end first, in words")


class MeView(Message):
    """What we know of the citizen, masked."""

    channel: str
    reference: str = Field(description="what the hall asks for; no personal data")
    name: str | None
    id_number: str | None
    phone: str | None
    real_name: RealNameView
    channels: list[ChannelView] = Field(description="which belong to the same person")
    erasure: RunningErasureView | None = Field(None, description="while one runs")


class FaceConsent(Message):
    """The citizen has agreed to the face check, separately from all else."""

    policy_version: str = Field(max_length=32, description="of the sentence shown")


class RealNameRequest(Message):
    consent: FaceConsent | None = None


class ProofView(Message):
    proof_id: str
    state: ProofState
    expires_at: datetime | None = Field(None, description="the face must be shown by then")
    says: str = Field(description="the state in a sentence for the citizen, and what to do next")


class ProofPage(ProofView):
    page: dict[str, str] = Field(description="what the mini-program hands to the platform's page")


class ConsentView(Message):
    consent_id: str
    purpose: str = Field(description="`face_check`, or one of a service's own")
    sentence: str = Field(description="as it was shown")
    policy_version: str = Field(description="of the sentence")
    channel: str = Field(description="through which it was given")
    about: str = Field(
        description="what it was given for, in the citizen's words: a service's name"
    )
    given_at: datetime
    withdrawn_at: datetime | None = Field(description="null: it is in force")


class ConsentsView(Message):
    consents: list[ConsentView] = Field(description="the latest first")


class WithdrawnView(Message):
    consent_id: str
    says: str = Field(description="what came of it, in a sentence for the citizen")


class ExportView(Message):
    """All that is kept about the citizen, in the clear."""

    made_at: datetime
    kept_by: dict[str, dict[str, Any]] = Field(
        description=(
            "by plug-in: a list of what it keeps (`accounts` with their proofs, `appointments`, "
            "`orders`, `cases`, `reviews`), and under `more` whether there is more than a thousand"
        )
    )


class ErasureView(Message):
    erasure_id: str
    state: ErasureState
    says: str
    open_matters: list[str] = Field(description="what must end first, in words; then it is done")
    deleted: list[str] = Field(description="what is, in the citizen's words")
    kept: list[str] = Field(description="what is kept, by which law, and how long")
