"""Citizens: who they are on every channel, proven by their face, and what is kept about them."""

from pydantic import Field

from channel_gateway.ports import People, PersonalData, Tools
from channel_gateway.sections import Section
from channel_gateway.service import Job, Table
from channel_gateway.services.citizen import erasure, proof
from channel_gateway.services.citizen.erasures import ERASURES, Erasures
from channel_gateway.services.citizen.forgetting import Forgetting
from channel_gateway.services.citizen.identity_endpoints import IdentityEndpoints
from channel_gateway.services.citizen.joining import Joining
from channel_gateway.services.citizen.people import PEOPLE, KnownPeople
from channel_gateway.services.citizen.personal_data import KeptPeople
from channel_gateway.services.citizen.proofs import PROOFS, Proofs
from channel_gateway.services.citizen.reactions import Reactions
from channel_gateway.services.citizen.real_name import FaceTerms, RealName
from channel_gateway.services.citizen.real_name_endpoints import RealNameEndpoints
from channel_gateway.services.citizen.rights import Rights
from channel_gateway.services.citizen.rights_endpoints import RightsEndpoints

_A_DAY_S = 86_400
COLLECTIONS = (PEOPLE, PROOFS, ERASURES)


class Settings(Section):
    face_sentence: str = Field(
        "同意由微信或支付宝采集本人人脸信息并与身份证件比对，仅用于本次实名认证；我方只收到比对结果",
        min_length=1,
        max_length=120,
        description="what a citizen agrees to before a face is checked",
    )
    policy_version: str = Field(
        "1", min_length=1, max_length=32, description="of that sentence; another asks anew"
    )


def build(table: Table, tools: Tools) -> None:
    """Add the rows of citizens, and offer `People`.

    Proofs (`RealNames`) and what others keep (`PersonalData`) are looked up when they are wanted,
    so whoever offers them may be built before or after.
    """
    settings = Settings.model_validate(tools.section)
    accounts = tools.identities
    people, proofs = KnownPeople(tools.store, tools.vault), Proofs(tools.store)
    erasures = Erasures(tools.store)
    joining = Joining(table, people, accounts)
    terms = FaceTerms(settings.face_sentence, settings.policy_version)
    real_name = RealName(
        table,
        people,
        proofs,
        erasures,
        joining,
        accounts=accounts,
        randomness=tools.randomness,
        terms=terms,
    )
    forgetting = Forgetting(erasures, table, accounts, joining, tools.randomness)
    table.offer(People, tools.name, people)
    table.offer(PersonalData, tools.name, KeptPeople(people, proofs, accounts))
    table.routes += IdentityEndpoints(people, accounts, forgetting, terms).rows()
    table.routes += RealNameEndpoints(real_name).rows()
    table.routes += RightsEndpoints(Rights(table, accounts, joining), forgetting).rows()
    table.reactions += Reactions(real_name, joining, forgetting).rows()
    table.jobs += [
        Job("purge-erasures", _A_DAY_S, erasures.purge, "Forget erasures done three years ago."),
        Job("purge-proofs", _A_DAY_S, proofs.purge, "Forget proofs erased three years ago."),
    ]
    table.states |= {"proof": proof.TRANSITIONS, "erasure": erasure.TRANSITIONS}
