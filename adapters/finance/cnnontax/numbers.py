"""The 缴款码 of notices we make: in this protocol the unit gives them, once for a number.

Twenty digits: region 6, year 2, type 30, and ten by chance, which also cannot be guessed. Source:
domain facts 1.2 (a running number there; uniqueness is all that finance asks for).
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from adapters.finance.cnnontax.notices import write_draft
from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import Refused
from channel_gateway.domain.notices import NoticeDraft
from channel_gateway.ports import Collection, DuplicateKey, Index, Randomness, Tools

NUMBERS = Collection("cnnontax_numbers", (Index(("pay_code",), unique=True),))
_PLACE = "cnnontax_numbers.check_code"
_TRIES = 5  # of ten digits two are hardly ever the same


@dataclass(frozen=True, slots=True)
class Given:
    """What a notice of ours is called at finance."""

    id: str  # the plug-in's name and our number
    pay_code: str
    check_code: str  # sealed
    draft: str  # blind index of what it charges whom
    made_at: datetime


class Numbers:
    def __init__(self, tools: Tools, region: str) -> None:
        self._tools = tools
        self._region = region

    async def given(self, number: str, draft: NoticeDraft) -> tuple[Given, bool]:
        """The same for a number for ever; and whether it is new. Another draft is `Refused`."""
        id, now = f"{self._tools.name}|{number}", self._tools.clock.now()
        told = repr(sorted(write_draft(draft, "", "", draft.due_on).items()))
        index = self._tools.vault.blind_index(sha256(told.encode()).hexdigest(), _PLACE)
        for _ in range(_TRIES):
            known = await self._tools.store.get(NUMBERS.name, id)
            if known is not None:
                given = from_document(Given, known)
                if given.draft != index:
                    raise Refused("this number was used for another notice", field="number")
                return given, False
            chance = self._tools.randomness
            code = f"{self._region}{beijing_day(now):%y}30{digits(chance, 10)}"
            seal = self._tools.vault.seal(digits(chance, 4), _PLACE)
            given = Given(id, code, seal, index, now)
            try:
                await self._tools.store.insert(NUMBERS.name, to_document(given))
            except DuplicateKey:
                continue  # somebody was faster, or the digits are taken
            return given, True
        raise Refused("no free pay code was found")

    def check_code(self, given: Given) -> str:
        return self._tools.vault.open(given.check_code, _PLACE)


def digits(chance: Randomness, length: int) -> str:
    return "".join(str(ord(each) % 10) for each in chance.token(length))
