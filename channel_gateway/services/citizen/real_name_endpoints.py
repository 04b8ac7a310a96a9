"""A citizen proves their name: from a call to a use case and back, as rows."""

from datetime import datetime
from typing import Any

from channel_gateway.domain.day_words import moment_words
from channel_gateway.ports import ConsentMissing, WhyFailed
from channel_gateway.service import Call, Route
from channel_gateway.services.citizen.messages import ProofPage, ProofView, RealNameRequest
from channel_gateway.services.citizen.proof import (
    CHANGED,
    FORGOTTEN,
    OUTDATED,
    WITHDRAWN,
    Proof,
    State,
)
from channel_gateway.services.citizen.real_name import RealName

_WHY = {
    CHANGED: "认证期间身份信息已更改，请用新的信息重新认证。",
    FORGOTTEN: "您已申请删除个人信息，认证已停止。删除完成后可重新登录认证。",
    OUTDATED: "授权内容已更新，这次认证已停止，请重新阅读后再认证。",
    WITHDRAWN: "您已撤回刷脸授权，认证已停止。",
    WhyFailed.CANCELLED: "您取消了认证，可重新开始。",
    WhyFailed.EXPIRED: "认证已超时，请重新开始。",
    WhyFailed.TIMED_OUT: "认证已超时，请重新开始。",
    WhyFailed.NETWORK: "网络不稳定，请换个网络后重新开始。",
    WhyFailed.DEVICE: "这部手机不支持刷脸，请换一部手机，或带身份证到办事大厅办理。",
    WhyFailed.CAMERA: "无法使用摄像头，请允许使用后重新开始。",
    WhyFailed.UNCLEAR: "画面不够清楚，请在光线好的地方重新开始。",
    WhyFailed.MISMATCH: "与登记的身份信息不符，请核对姓名和证件号，由本人刷脸。",
    WhyFailed.NOT_ON_RECORD: "平台查不到您的信息，请带身份证到办事大厅办理。",
    WhyFailed.TOO_OFTEN: "尝试次数过多，请稍后再试，或带身份证到办事大厅办理。",
}
_NO_CONSENT = "人脸识别须单独征得您的同意，请先阅读并同意，也可带身份证到办事大厅办理。"
_FAILED = "认证未通过，请重新开始，或带身份证到办事大厅办理。"


class RealNameEndpoints:
    def __init__(self, real_name: RealName) -> None:
        self._real_name = real_name

    def rows(self) -> list[Route]:
        return [
            Route(
                "POST",
                "/me/real-name",
                self.begin,
                "Begin to prove your name by your face; again goes on with the same proof",
                body=RealNameRequest,
                answer=ProofPage,
                errors=(
                    "being_forgotten",
                    "consent_missing",
                    "consent_outdated",
                    "identity_not_known",
                    "no_real_names",
                    "proofs_spent",
                    "real_name_proven",
                    "refused",
                    "too_many",
                    "unavailable",
                ),
            ),
            Route(
                "POST",
                "/me/real-name/{proof_id}/ask",
                self.ask,
                "Ask the platform now whether your name is proven",
                answer=ProofView,
                errors=("no_such_proof", "too_many", "unavailable"),
            ),
        ]

    async def begin(self, call: Call) -> ProofPage:
        body: RealNameRequest = call.body
        if body.consent is None:
            raise ConsentMissing(field="consent", zh=_NO_CONSENT)
        agreed_to = body.consent.policy_version
        proof, page = await self._real_name.begin(call.session, agreed_to, call.now)
        return ProofPage(**_shown(proof, call.now), page=page)

    async def ask(self, call: Call) -> ProofView:
        proof = await self._real_name.ask(call.session, call.path["proof_id"], call.now)
        return ProofView(**_shown(proof, call.now))


def says(proof: Proof, now: datetime) -> str:
    if proof.state is State.BEGUN:
        if proof.expires_at is None:
            return "请按页面提示由本人刷脸。"
        if proof.expires_at <= now:
            return "刷脸页面已过期。已完成刷脸的，请稍后查看结果；未完成的，请重新开始。"
        return f"请按页面提示由本人刷脸。请在{moment_words(proof.expires_at)}前完成。"
    if proof.state is State.PROVEN:
        return "已完成实名认证。"
    if proof.state is State.EXPIRED:
        return "认证已过期，请重新开始。"
    return _WHY.get(proof.reason, _FAILED)


def _shown(proof: Proof, now: datetime) -> dict[str, Any]:
    return {
        "proof_id": proof.id,
        "state": proof.state,
        "expires_at": proof.expires_at if proof.state is State.BEGUN else None,
        "says": says(proof, now),
    }
