"""What China Post says alike in both generations of its interface: its card, and its remarks. Pure.

A code says that a parcel was delivered, not to whom; that, and that it goes back, is in the remark.
Source of the texts: captured traces in public repositories (本人签收 with the courier's name and
number; 他人代收; 退回). Which words there are is not published: confidence middling, so they are a
table. Codes of a delivery: 704 and 10; the first word that a remark holds decides.
"""

from collections.abc import Mapping

from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import CourierCard

CARD = CourierCard("中国邮政EMS", "11183")

# Going back is told by the ordinary codes; what is delivered then is delivered to the sender.
_BACK = ("退回", "退件", "退寄")

_HANDED_TO: Mapping[str, Stage] = {
    "非本人": Stage.PROXY_SIGNED,
    "本人签收": Stage.SIGNED,
    "本人收": Stage.SIGNED,
    "已取件": Stage.SIGNED,  # out of the locker
    "已取出": Stage.SIGNED,
    "已取走": Stage.SIGNED,
    "柜": Stage.AT_LOCKER,  # before 代收: «智能柜代收» waits to be fetched
    "驿站": Stage.AT_LOCKER,
    "自提点": Stage.AT_LOCKER,
    "代收": Stage.PROXY_SIGNED,
    "代签": Stage.PROXY_SIGNED,
    "他人": Stage.PROXY_SIGNED,
    "物业": Stage.PROXY_SIGNED,
    "收发室": Stage.PROXY_SIGNED,
    "门卫": Stage.PROXY_SIGNED,
}


def stage_of(stage: Stage | None, remark: str) -> Stage | None:
    """What a code's stage is when its remark is read as well; of an unknown code nothing."""
    if stage is None:
        return None
    if any(word in remark for word in _BACK):
        return Stage.RETURNED if stage is Stage.SIGNED else Stage.RETURNING
    if stage is not Stage.SIGNED:
        return stage
    return next((to for word, to in _HANDED_TO.items() if word in remark), stage)
