"""Whatever happens to pushes and courier on the way, the end is the courier's truth. Seeded."""

import random
from dataclasses import replace

import pytest

from channel_gateway.domain.parcels import Scan, Stage
from tests.journeys.deliveries.post import PostTown

_START = (Stage.PICKED_UP, Stage.IN_TRANSIT, Stage.IN_TRANSIT, Stage.OUT_FOR_DELIVERY)
# What a parcel goes through, and as what it ends with us.
TRUTHS = {
    "signed": ((*_START, Stage.SIGNED), "signed"),
    "second try": (
        (*_START, Stage.NOT_DELIVERED, Stage.OUT_FOR_DELIVERY, Stage.SIGNED),
        "signed",
    ),
    "proxy": ((*_START, Stage.PROXY_SIGNED), "proxy_signed"),
    "locker": ((*_START, Stage.AT_LOCKER, Stage.SIGNED), "signed"),
    "turned back": ((*_START, Stage.NOT_DELIVERED, Stage.RETURNING, Stage.SIGNED), "returned"),
    "under way": (_START, "out_for_delivery"),
}


class Misfortune:
    """What goes wrong, by one seed."""

    def __init__(self, post: PostTown, seed: int) -> None:
        self.post = post
        self.chance = random.Random(seed)
        self.late: list[Scan] = []

    async def tell(self, scan: Scan) -> None:
        """A push that is lost, held up, doubled, signed or not, and forged ones beside it."""
        pushes = [scan] * self.chance.choice([0, 1, 1, 2])
        if self.chance.random() < 0.3:
            self.late.append(scan)
            pushes = []
        if self.late and self.chance.random() < 0.5:
            pushes.append(self.late.pop(self.chance.randrange(len(self.late))))
        self.chance.shuffle(pushes)
        for each in pushes:
            await self.post.push(each, signed=self.chance.random() < 0.5)
        if self.chance.random() < 0.4:
            forged = self.chance.choice([Stage.SIGNED, Stage.RETURNED, Stage.CANCELLED])
            await self.post.push(self.post.scan(forged, code=f"forged {forged}"))

    def correct(self) -> None:
        """The courier puts a moment right to an earlier one."""
        known = self.post.courier.known["W100001"]
        at = self.chance.randrange(len(known))
        right = replace(known[at], at=known[at].at - (known[at].at - known[max(0, at - 1)].at) / 2)
        if right not in known:
            known[at] = right

    async def passes(self) -> None:
        self.post.courier.down = self.chance.random() < 0.3
        await self.post.passes(hours=self.chance.uniform(0.5, 5))


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("seed", range(6))
async def test_the_end_is_the_couriers_truth(post: PostTown, truth: str, seed: int) -> None:
    misfortune = Misfortune(post, seed)
    stages, end = TRUTHS[truth]
    id = await post.sent()
    known = post.courier.known.setdefault("W100001", [])
    for number, stage in enumerate(stages):
        known.append(post.scan(stage, code=f"{number}"))
        await misfortune.tell(known[-1])
        await misfortune.passes()
        if misfortune.chance.random() < 0.3:
            misfortune.correct()
    post.courier.down = False
    await post.passes(days=1, hours=6)

    seen = await post.see(id)
    assert (seen["state"], seen["known_by"]["how"]) == (end, "asked")
    assert seen["since"][:23] == known[-1].at.isoformat()[:23]
    told = post.messenger.happenings
    assert told[-1] == end
    assert all(told.count(each) <= 1 for each in told if each != "out_for_delivery")
    forged = {"signed", "returned", "cancelled"} - {end}
    assert not forged & {line for line in told}


@pytest.mark.parametrize("received", [True, False])
@pytest.mark.parametrize("seed", range(6))
async def test_what_the_citizen_says_outlives_any_misfortune(
    post: PostTown, received: bool, seed: int
) -> None:
    misfortune, id = Misfortune(post, seed), await post.sent()
    known = post.courier.known.setdefault("W100001", [])
    for stage in TRUTHS["proxy"][0]:
        known.append(post.scan(stage, code=f"{len(known)}"))
        await misfortune.tell(known[-1])
        await misfortune.passes()
    post.courier.down = False
    await post.passes(hours=6)
    assert (await post.do(id, "confirm", {"received": received})).status == 200

    whole, end = list(known), "signed" if received else "exception"
    for _ in range(8):
        known[:] = whole[: misfortune.chance.randint(1, len(whole))]  # it lags behind
        await misfortune.tell(misfortune.chance.choice(whole))
        await misfortune.passes()
        assert (await post.see(id))["state"] == end
    assert post.messenger.happenings.count("signed") == received
