"""The line to finance's node: a question in a frame, its answer verified before it is read."""

from collections.abc import Collection

from adapters.finance.cnnontax import frames
from adapters.finance.cnnontax.envelope import Fields, Head, Message, read, written
from adapters.finance.cnnontax.frames import Frame
from adapters.finance.cnnontax.settings import Node
from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Malformed
from channel_gateway.ports import Tools


class Line:
    def __init__(self, node: Node, tools: Tools) -> None:
        self._node = node
        self._tools = tools

    async def ask(self, number: str, fields: Fields, answers: Collection[str]) -> Message:
        """Answered by one of `answers`. Raises `Forged`, `Malformed`, `Unavailable`."""
        node, id = self._node, self._tools.randomness.token(20)
        day = f"{beijing_day(self._tools.clock.now()):%Y%m%d}"
        head = Head(node.own, node.finance, number, id, id, day)
        xml = written(head, {"AdmDivCode": node.region, **fields})
        raw = await self._tools.tcp.exchange(
            node.host, node.port, frames.sealed(Frame(number, xml), node.token), whole=frames.whole
        )
        frame = frames.opened(raw, node.token)
        message = read(frame.xml)
        said = (message.head.number, message.head.answers, message.head.target)
        if said != (frame.number, id, node.own) or frame.number not in answers:
            raise Malformed("an answer to another message", field="MsgRef")
        return message
