"""What begins with every fee: finance issues a notice, and a citizen orders it."""

from channel_gateway.demo.players import Answer, Citizen
from channel_gateway.demo.scene import Scene
from channel_gateway.demo.telling import step, yuan


async def fee(scene: Scene, name: str, amount_fen: int) -> Answer:
    item = {"code": "103043211", "name": name, "amount_fen": amount_fen}
    notice: Answer = await scene.control("POST", "/finance/notices", {"items": [item]})
    step("finance", f"issued the notice {notice['pay_code']}: {name}, {yuan(amount_fen)}")
    return notice


async def ordered(scene: Scene, channel: str, notice: Answer) -> tuple[Citizen, Answer]:
    """A citizen comes in through the channel and orders the notice."""
    citizen = Citizen(scene, channel)
    await citizen.log_in()
    return citizen, await citizen.order(notice)
