"""Why something about who a citizen is, or about their data, is refused."""

from collections.abc import Sequence

from channel_gateway.domain.errors import Conflict, Fact, NotFound, TooMany


class IdentityGiven(Conflict):
    """Another identity was given, and cannot be changed here any more: the hall can clear it."""

    code = "identity_given"
    facts = (Fact("reference", "what the hall asks for to clear it"),)
    zh = "您登记的身份信息不能再修改，请带身份证到办事大厅办理更正。"

    def __init__(self, citizen: str) -> None:
        super().__init__(extra={"reference": citizen})  # what the hall is told


class RealNameProven(Conflict):
    """The name is proven already: there is nothing left to prove."""

    code = "real_name_proven"
    zh = "您已完成实名认证，无需再次认证。"


class ProofsSpent(TooMany):
    """So many proofs were begun today: again tomorrow, or at the hall."""

    code = "proofs_spent"
    zh = "今天的认证次数已用完，请明天再试，或带身份证到办事大厅办理。"


class NoRealNames(Conflict):
    """This channel proves no names: use another channel, or come to the hall."""

    code = "no_real_names"
    zh = "当前渠道不支持实名认证，请换用其他渠道，或带身份证到办事大厅办理。"


class NoSuchProof(NotFound):
    """There is no such proof, or it is not yours."""

    code = "no_such_proof"
    zh = "没有找到这次认证，请返回后重新开始。"


class NoSuchConsent(NotFound):
    """There is no such consent, or it is not yours."""

    code = "no_such_consent"
    zh = "没有找到这项授权，请返回后刷新查看。"


class BeingForgotten(Conflict):
    """An erasure you asked for is running: what it waits for is in `GET /v1/me`."""

    code = "being_forgotten"
    zh = "您已申请删除个人信息，删除完成前不能进行实名认证。"
    passing = True


class OpenMatters(Conflict):
    """Something must end before the data can go: `open_matters` lists it."""

    code = "open_matters"
    facts = (Fact("open_matters", "each in the citizen's words", "texts"),)
    zh = "还有未了结的事项，了结后才能注销；可以取消的，取消即可。"

    def __init__(self, matters: Sequence[str]) -> None:
        listed = "；".join(matters)
        super().__init__(
            extra={"open_matters": list(matters)},
            zh=f"以下事项了结后才能注销，可以取消的，取消即可：{listed}。",
        )
