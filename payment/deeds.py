"""What people did, by the audit trail: whether somebody did what a document says they did."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import Chain, StoreUnavailable
from channel_gateway.staff.trail import BEGUN, DONE, ENDED, noted

# Between the moment a document has and that of its entry: a call waits for the trail's store.
_APART = timedelta(minutes=10)
# It ended so, and yet may have been done: nobody knows, or it was done before what was refused.
_MAYBE_DONE = frozenset({DONE, "internal", Unavailable.code, StoreUnavailable.code})

_Named = tuple[str, str]  # an action, and its parameters as the trail has them


@dataclass(frozen=True, slots=True)
class Deed:
    actor: str
    action: str  # method and template of the route
    parameters: str  # masked, as the trail has them
    at: datetime
    outcome: str  # empty: whoever began it was killed, or its caller went away


@dataclass(frozen=True)
class Deeds:
    """All that was begun of some actions, by what they were about."""

    done_too: Collection[str] = ()  # other outcomes behind which it was done
    _found: dict[_Named, list[Deed]] = field(default_factory=dict)

    @classmethod
    async def of(
        cls, audit: Chain, actions: Collection[str], *, done_too: Collection[str] = ()
    ) -> "Deeds":
        """Walk the audit trail once. Raises `ChainBroken`."""
        begun: dict[int, tuple[str, str, str, datetime]] = {}
        ended: dict[int, str] = {}
        async for link in audit.links():
            action = str(link.fields["action"])
            if action not in actions:
                continue
            if link.what == BEGUN:
                begun[link.number] = link.group, action, str(link.fields["parameters"]), link.at
            elif link.what == ENDED:
                ended[int(link.fields["begun"])] = str(link.fields["outcome"])
        deeds = cls(done_too)
        for number, (actor, action, parameters, at) in begun.items():
            deed = Deed(actor, action, parameters, at, ended.get(number, ""))
            deeds._found.setdefault((action, parameters), []).append(deed)
        return deeds

    def has(self, actor: str, action: str, at: datetime, **parameters: str) -> bool:
        """Whether they did it at about that moment, as far as the trail can tell."""
        return any(
            each.actor == actor and abs(each.at - at) <= _APART and self._may_be_done(each)
            for each in self._found.get((action, noted(parameters)), ())
        )

    def surely_done(self, action: str) -> Iterator[Deed]:
        for (name, _), deeds in self._found.items():
            if name == action:
                yield from (each for each in deeds if each.outcome == DONE)

    def _may_be_done(self, deed: Deed) -> bool:
        return not deed.outcome or deed.outcome in _MAYBE_DONE or deed.outcome in self.done_too
