"""What finance itself said, told to whoever asks where a citizen's money is."""

from adapters.finance.words import Said, Utterance, Word, Words
from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import yuan_from_fen
from channel_gateway.service import Line, Told

_SAID = {
    Said.TAKEN: "took what we told it of",
    Said.PAID: "has it as paid",
    Said.UNPAID: "does not have it as paid",
}


class WordStories:
    def __init__(self, name: str, words: Words) -> None:
        self._name = name
        self._words = words

    async def tell(self, number: str) -> Told | None:
        """By the 缴款码, bare or as `notice:…`, or by an order's number."""
        found = await self._words.about(number.removeprefix("notice:"))
        if not found:
            return None
        lines = tuple(self._line(word, said) for word in found for said in word.said)
        return Told(lines, units=frozenset(word.unit_code for word in found if word.unit_code))

    def _line(self, word: Word, said: Utterance) -> Line:
        about = "refund" if word.refund else "payment"
        amount = "" if said.said is Said.UNPAID else f": {yuan_from_fen(said.amount_fen)} yuan"
        still = "" if said.until == said.at else f", and still at {beijing_text(said.until)}"
        text = (
            f"{self._name}'s own word ({said.message}) on {about} "
            f"{word.number or word.transaction} of notice {word.pay_code}: "
            f"it {_SAID[said.said]}{amount}{still}"
        )
        return Line(said.at, text)
