"""What a citizen reads says what is the matter, and what to do next."""

import re

import pytest

from channel_gateway.domain.errors import GatewayError, NotFound, Unavailable
from channel_gateway.domain.notices import NoticeState
from payment.refund import RefundState
from payment.views import REFUND_SAYS, SAYS, TAP_AGAIN
from tests.unit.payment.conftest import Counter
from tests.unit.payment.fakes import CHECK_CODE

PAY_CODE = "33019926010000000001"


async def _read(what) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(GatewayError) as refused:
        await what
    return refused.value.zh or ""


async def test_wrong_codes_are_to_be_checked(counter: Counter) -> None:
    wrong = counter.payments.look_up(counter.session(), PAY_CODE, "0000")
    assert await _read(wrong) == "没有查到该缴款单，请核对缴款码和校验码。"


async def test_what_is_paid_needs_no_payment(counter: Counter) -> None:
    counter.finance.state = NoticeState.PAID
    assert await _read(counter.order()) == "该缴款单已缴清，无需再缴。"


async def test_a_new_total_is_named_in_yuan(counter: Counter) -> None:
    counter.clock.move(days=1)
    assert await _read(counter.order()) == "金额已更新为212.00元，请核对后再确认缴款。"


async def test_before_midnight_one_is_told_to_wait_for_it(counter: Counter) -> None:
    counter.clock.move(hours=11, minutes=59)
    assert "请在零点后再试" in await _read(counter.order())


async def test_after_the_last_try_one_is_told_to_come_tomorrow(counter: Counter) -> None:
    for _ in range(10):
        with pytest.raises(NotFound):
            await counter.payments.look_up(counter.session(), PAY_CODE, "0000")
    next_try = counter.payments.look_up(counter.session(), PAY_CODE, CHECK_CODE)
    assert "请明天再试" in await _read(next_try)


async def test_nobody_is_warned_of_paying_twice_who_was_not_paying(counter: Counter) -> None:
    counter.finance.down = True
    looking = counter.payments.look_up(counter.session(), PAY_CODE, CHECK_CODE)
    assert await _read(looking) == "系统暂时没有答复，请稍后再试。" == Unavailable.zh


async def test_a_platform_that_is_silent_is_told_by_what_was_under_way(counter: Counter) -> None:
    counter.wechat.lost = ["prepare"]
    assert "请稍后再点一次缴款" in await _read(counter.order())
    order = (await counter.order()).order
    counter.wechat.down = True
    assert "请勿重复付款" in await _read(counter.payments.ask(counter.session(), order.id))
    assert "正在关闭" in await _read(counter.payments.close(counter.session(), order.id))


def test_every_state_of_a_refund_has_a_sentence() -> None:
    assert set(REFUND_SAYS) == set(RefundState)


@pytest.mark.parametrize("says", [*SAYS.values(), *REFUND_SAYS.values(), TAP_AGAIN])
def test_what_is_said_of_a_state_is_written_as_chinese_is(says: str) -> None:
    assert not re.search(r"[\x20-\x7e]", says)
