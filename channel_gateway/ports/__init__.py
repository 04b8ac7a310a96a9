"""The sockets: what the inside needs from the world, as protocols. Nothing here does anything."""

from channel_gateway.ports.cases import Cases, KnownCase
from channel_gateway.ports.catalogue import (
    Answers,
    ChargingUnit,
    ServiceCatalogue,
    ShownAnswer,
    Terms,
)
from channel_gateway.ports.channels import (
    Channel,
    LoginCodeExpired,
    LoginCodeInvalid,
    LoginCodeUsed,
)
from channel_gateway.ports.departments import Departments, NotYourService
from channel_gateway.ports.fees import (
    FeeDesk,
    FeeEnd,
    FeeEnding,
    FeeMatter,
    FeeMoney,
    FeeWatcher,
)
from channel_gateway.ports.finance import (
    FinanceAuthority,
    NoticePaidAlready,
    NoticeSettledElsewhere,
    NoticeVoided,
)
from channel_gateway.ports.people import Consent, IdentityNotKnown, People, PersonalData
from channel_gateway.ports.real_names import (
    ProofBegun,
    ProofResult,
    ProofState,
    RealNames,
    WhyFailed,
)
from channel_gateway.ports.signatures import SignatureExplainer
from channel_gateway.ports.store import (
    BadDocument,
    Change,
    Collection,
    Cursor,
    Document,
    DuplicateKey,
    Index,
    MissingDocument,
    Range,
    Store,
    StoreAbsent,
    StoreError,
    StoreUnavailable,
    UnindexedQuery,
    VersionConflict,
)
from channel_gateway.ports.visits import Visit, Visits
from channel_gateway.ports.workdays import Workdays
from channel_gateway.ports.world import (
    Account,
    Accounts,
    Clock,
    Identities,
    Randomness,
    Sealing,
    Tools,
)

__all__ = [
    "Account",
    "Accounts",
    "Answers",
    "BadDocument",
    "Cases",
    "Change",
    "Channel",
    "ChargingUnit",
    "Clock",
    "Collection",
    "Consent",
    "Cursor",
    "Departments",
    "Document",
    "DuplicateKey",
    "FeeDesk",
    "FeeEnd",
    "FeeEnding",
    "FeeMatter",
    "FeeMoney",
    "FeeWatcher",
    "FinanceAuthority",
    "Identities",
    "IdentityNotKnown",
    "Index",
    "KnownCase",
    "LoginCodeExpired",
    "LoginCodeInvalid",
    "LoginCodeUsed",
    "MissingDocument",
    "NotYourService",
    "NoticePaidAlready",
    "NoticeSettledElsewhere",
    "NoticeVoided",
    "People",
    "PersonalData",
    "ProofBegun",
    "ProofResult",
    "ProofState",
    "Randomness",
    "Range",
    "RealNames",
    "Sealing",
    "ServiceCatalogue",
    "ShownAnswer",
    "SignatureExplainer",
    "Store",
    "StoreAbsent",
    "StoreError",
    "StoreUnavailable",
    "Terms",
    "Tools",
    "UnindexedQuery",
    "VersionConflict",
    "Visit",
    "Visits",
    "WhyFailed",
    "Workdays",
]
