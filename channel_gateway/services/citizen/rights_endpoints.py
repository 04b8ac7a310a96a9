"""A citizen's consents, copy and erasure: from a call to a use case and back, as rows."""

from channel_gateway.ports import Consent
from channel_gateway.service import Call, Route
from channel_gateway.services.citizen.erasure import State
from channel_gateway.services.citizen.forgetting import Forgetting, running_says
from channel_gateway.services.citizen.messages import (
    ConsentsView,
    ConsentView,
    ErasureView,
    ExportView,
    WithdrawnView,
)
from channel_gateway.services.citizen.rights import Rights

_DELETED = (
    "姓名、证件号、手机号和各渠道的登录标识",
    "预约表单中填写的内容",
    "与您本人的关联：预约和缴费记录不再能从您的账号查到",
)
_DONE = "您的个人信息已删除，所有渠道已退出登录。再次登录时将是新用户。"


class RightsEndpoints:
    def __init__(self, rights: Rights, forgetting: Forgetting) -> None:
        self._rights = rights
        self._forgetting = forgetting

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/me/consents",
                self.consents,
                "See what you agreed to, in the words you were shown",
                answer=ConsentsView,
            ),
            Route(
                "POST",
                "/me/consents/{consent_id}/withdraw",
                self.withdraw,
                "Withdraw a consent; what rested on it alone is deleted",
                answer=WithdrawnView,
                errors=("no_such_consent",),
            ),
            Route(
                "GET",
                "/me/export",
                self.export,
                "Get a copy of all that is kept about you, in the clear",
                answer=ExportView,
            ),
            Route(
                "POST",
                "/me/erasure",
                self.erase,
                "Have your data deleted, and every session ended",
                answer=ErasureView,
                errors=("open_matters",),
                keeps_key=True,  # «done» must not be told again to who has come back since
            ),
        ]

    async def consents(self, call: Call) -> ConsentsView:
        found = await self._rights.consents(call.session, call.now)
        return ConsentsView(consents=[_consent(each) for each in found])

    async def withdraw(self, call: Call) -> WithdrawnView:
        id = call.path["consent_id"]
        says = await self._rights.withdraw(call.session, id, call.now)
        return WithdrawnView(consent_id=id, says=says)

    async def export(self, call: Call) -> ExportView:
        told = await self._rights.export(call.session, call.now)
        return ExportView(made_at=call.now, kept_by=told)

    async def erase(self, call: Call) -> ErasureView:
        erasure = await self._forgetting.ask(call.session.citizen, call.now)
        running = erasure.state is State.RUNNING
        matters = await self._forgetting.matters(erasure) if running else []
        return ErasureView(
            erasure_id=erasure.id,
            state=erasure.state,
            says=running_says(matters) if running else _DONE,
            open_matters=matters,
            deleted=list(_DELETED),
            kept=list(erasure.kept),
        )


def _consent(consent: Consent) -> ConsentView:
    return ConsentView(
        consent_id=consent.id,
        purpose=consent.purpose,
        sentence=consent.sentence,
        policy_version=consent.policy_version,
        channel=consent.channel,
        about=consent.about,
        given_at=consent.given_at,
        withdrawn_at=consent.withdrawn_at,
    )
