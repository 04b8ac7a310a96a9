"""Finance's node told what to answer, and a desk of ours beside it."""

from dataclasses import dataclass, field

from adapters.finance.cnnontax import Settings
from adapters.finance.cnnontax.authority import Cnnontax
from adapters.finance.cnnontax.envelope import Fields, Head, read, written
from adapters.finance.cnnontax.frames import Frame, opened, sealed
from adapters.finance.cnnontax.numbers import NUMBERS
from adapters.finance.words import WORDS
from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import PaidNotice, ToldOtherwise, Tools
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.wire import Whole
from tests.unit.payment.fakes import CountingNames, MovedClock

TOKEN = b"mock-token"
OWN, FINANCE, REGION = "K3206820002", "F320682", "320682"
SETTINGS = Settings.model_validate(
    {
        "address": "127.0.0.1:1",
        "region": REGION,
        "finance_node": FINANCE,
        "own_node": OWN,
        "token": TOKEN.decode(),
        "account": {"name": "汇缴专户", "number": "1", "bank": "示例银行"},
        "phone": "051300000000",
    }
)


@dataclass
class FakeNode:
    """A `TcpSender` that is finance: it gives the answers it was told to, rightly sealed."""

    answers: list[tuple[str, tuple[Fields, ...]]] = field(default_factory=list)
    asked: list[tuple[str, Fields]] = field(default_factory=list)
    ref: str | None = None  # of another question
    target: str = OWN

    async def exchange(
        self, host: str, port: int, message: bytes, *, whole: Whole, timeout_s: float = 10
    ) -> bytes:
        assert whole(message) == len(message)
        frame = opened(message, TOKEN)
        question = read(frame.xml)
        self.asked.append((frame.number, question.fields()))
        number, vouchers = self.answers.pop(0)
        ref = self.ref or question.head.id
        head = Head(FINANCE, self.target, number, "A1", ref, question.head.day)
        return sealed(Frame(number, written(head, *vouchers)), TOKEN)

    def says(self, number: str, *vouchers: Fields) -> None:
        self.answers.append((number, vouchers))

    def result(self, number: str, asked: str, code: str = "00000") -> None:
        self.says(number, {"OriMsgNo": asked, "Result": code, "Information": ""})


@dataclass
class FakeHearer:
    """`PaidNotices` that keep what they are told, unless they are away."""

    told: list[PaidNotice] = field(default_factory=list)
    down: bool = False
    otherwise: bool = False  # than it was told before

    async def paid(self, told: PaidNotice) -> None:
        if self.down:
            raise Unavailable("the store is away")
        if self.otherwise:
            raise ToldOtherwise(field="amount_fen")
        self.told.append(told)


async def tools_beside(node: FakeNode) -> Tools:
    names = CountingNames()
    store = MemoryStore((NUMBERS, WORDS))
    await store.open()
    unused: object = None
    return Tools(
        name="rugao",
        section={},
        store=store,
        http=unused,  # type: ignore[arg-type]
        clock=MovedClock(),
        randomness=names,
        vault=Vault({"1": b"k" * 32}, b"i" * 32, names),
        identities=unused,  # type: ignore[arg-type]
        chains=unused,  # type: ignore[arg-type]
        public_url="https://x",
        tcp=node,
    )


async def desk(node: FakeNode) -> Cnnontax:
    return Cnnontax(SETTINGS, await tools_beside(node))
