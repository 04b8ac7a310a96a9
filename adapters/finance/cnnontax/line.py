"""The line to finance's node: a question in a frame, its answer verified before it is read."""

from collections.abc import Collection, Mapping

from adapters.finance.cnnontax import frames
from adapters.finance.cnnontax.envelope import Fields, Head, Message, read, written
from adapters.finance.cnnontax.frames import Frame
from adapters.finance.cnnontax.results import Meaning, check
from adapters.finance.cnnontax.settings import Node
from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Malformed
from channel_gateway.ports import Tools

RESULTS = ("4001", "5001", "8001")  # messages that carry a Result


class Line:
    def __init__(self, node: Node, tools: Tools, own: Mapping[str, Meaning]) -> None:
        """`own`: result codes of this authority's."""
        self._node = node
        self._tools = tools
        self._own = own

    async def ask(self, number: str, fields: Fields, answers: Collection[str]) -> Message:
        """Answered by one of `answers`; a result that is no good one raises what it says.

        Raises `Forged`, `Malformed`, `Unavailable`, and those of `results`.
        """
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
        if frame.number in RESULTS:
            check(message.fields(), number, self._own)
        return message
