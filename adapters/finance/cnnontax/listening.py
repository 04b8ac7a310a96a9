"""Finance pushes a payment (5996) and we answer 8001: when it is kept, not before."""

from asyncio import StreamReader, StreamWriter
from dataclasses import replace

from adapters.finance.cnnontax import frames
from adapters.finance.cnnontax.envelope import Head, Message, read, written
from adapters.finance.cnnontax.frames import Frame
from adapters.finance.cnnontax.hearing import pushed
from adapters.finance.cnnontax.payments import read_payment
from adapters.finance.cnnontax.results import DONE, FAILED
from adapters.finance.cnnontax.settings import Node
from adapters.finance.telling import Hearers, tell
from adapters.finance.words import Words
from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import GatewayError, Malformed, Unavailable
from channel_gateway.ports import ToldOtherwise, Tools

PAYMENT, ANSWER = "5996", "8001"


class Counter:
    def __init__(self, node: Node, tools: Tools, hearers: Hearers) -> None:
        self._node = node
        self._tools = tools
        self._hearers = hearers
        self._words = Words(tools.name, tools.store, tools.vault)

    async def answer(self, reader: StreamReader, writer: StreamWriter) -> str:
        """One message. A frame that is not finance's is not answered, whatever it says."""
        start = await reader.readexactly(frames.LENGTH)
        length = frames.whole(start) or frames.LENGTH
        raw = start + await reader.readexactly(length - frames.LENGTH)
        frame = frames.opened(raw, self._node.token)
        message = read(frame.xml)
        try:
            await self._hear(frame, message)
        except GatewayError as error:
            writer.write(self._reply(message, FAILED, "未受理，请重发"))
            await writer.drain()
            if isinstance(error, Unavailable):
                raise
            return error.code
        writer.write(self._reply(message, DONE, "成功"))
        return ""

    async def _hear(self, frame: Frame, message: Message) -> None:
        head, node = message.head, self._node
        if (frame.number, head.number) != (PAYMENT, PAYMENT):
            raise Malformed("a message that is not taken here", field="MsgNo")
        if (head.source, head.target) != (node.finance, node.own):
            raise Malformed("a message between others", field="DES")
        fields = message.fields()
        if fields.get("AdmDivCode", node.region) != node.region:
            raise Malformed("a payment of another region", field="AdmDivCode")
        told = read_payment(fields, node.region, self._tools.clock.now())
        word = pushed(self._words, told, self._tools.clock.now())
        try:
            await tell(self._hearers, replace(told, authority=self._tools.name))
        except ToldOtherwise:
            await self._words.keep(word)  # finance said it all the same
            raise
        await self._words.keep(word)

    def _reply(self, message: Message, result: str, words: str) -> bytes:
        node, id = self._node, self._tools.randomness.token(20)
        day = f"{beijing_day(self._tools.clock.now()):%Y%m%d}"
        head = Head(node.own, message.head.source, ANSWER, id, message.head.id, day)
        fields = {"OriMsgNo": message.head.number, "Result": result, "Information": words}
        return frames.sealed(Frame(ANSWER, written(head, fields)), node.token)
