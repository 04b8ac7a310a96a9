"""The authority's verbs: what is asked, and that an answer rightly sealed is still compared."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.finance.cnnontax.asking import AskedStatements
from adapters.finance.cnnontax.authority import Cnnontax
from adapters.finance.cnnontax.hearing import given_back, pushed
from adapters.finance.cnnontax.results import Meaning
from adapters.finance.words import WORDS, Said, Word, Words, line_of
from channel_gateway.domain.days import beijing_day, next_midnight
from channel_gateway.domain.errors import (
    GatewayError,
    Malformed,
    NotFound,
    Refused,
    RefusedForNow,
    Unavailable,
)
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import (
    Confirmation,
    FeeItem,
    GivenBack,
    NoticeDraft,
    NoticeState,
    Receipt,
)
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import (
    NoticePaidAlready,
    NoticeSettledElsewhere,
    NoticeVoided,
    PaidNotice,
    Tools,
)
from tests.unit.finance.cnnontax.node import SETTINGS, FakeNode, desk, tools_beside
from tests.unit.payment.fakes import MovedClock
from tests.unit.payment.samples import NOW

PAY_CODE = "32068222300000000008"
NOTICE = {
    "AdmDivCode": "320682",
    "PayCode": PAY_CODE,
    "BillDate": "20260202",
    "ChgAgenCode": "0104901",
    "ChgAgenName": "示例市不动产登记中心",
    "PayerName": "林示例",
    "Amt": "80.0",
    "OriAmt": "80.0",
    "DelayAmt": "0",
    "PayStats": "0",
    "PayInfo": "103043211|不动产登记费|80.0|次|1|不限制|0.0-0.0#",
    "CrcCode": "1357",
}
PAID = Confirmation(
    number="G1",
    pay_code=PAY_CODE,
    amount_fen=Fen(8000),
    late_fee_fen=Fen(0),
    paid_at=datetime(2026, 1, 5, 5, 29, 35, tzinfo=UTC),
    method="wechat_pay",
    transaction="4200001",
)
DRAFT = NoticeDraft(
    "0104901",
    "示例市不动产登记中心",
    PersonName("林䶮·玛丽"),  # the second character is in no GBK
    IdNumber("110101199003074135"),
    (FeeItem("103043211", "不动产登记费|加急#", "次", 2, Fen(8050), standard="40.25/次"),),
    date(2026, 4, 1),
)
RECEIPT = Receipt("32010126", "0013933922", "a1b2c3", Fen(8000), NOW)


@pytest.fixture
def node() -> FakeNode:
    return FakeNode()


@pytest.fixture
async def authority(node: FakeNode) -> Cnnontax:
    return await desk(node)


async def test_a_notice_as_it_is_logged_is_read(authority: Cnnontax, node: FakeNode) -> None:
    node.says("5997", NOTICE)

    notice = await authority.look_up(PAY_CODE, "1357")

    assert node.asked == [
        ("8997", {"AdmDivCode": "320682", "PayCode": PAY_CODE, "CrcCode": "1357"})
    ]
    assert notice.items == (FeeItem("103043211", "不动产登记费", "次", 1, Fen(8000)),)
    assert (notice.region, notice.unit_code) == ("320682", "0104901")
    assert (notice.total_fen, notice.state) == (8000, NoticeState.UNPAID)
    assert notice.due_on == date(2026, 2, 17)  # fifteen days, where finance names no day
    assert notice.valid_until is None


async def test_a_notice_without_items_is_one_item(authority: Cnnontax, node: FakeNode) -> None:
    node.says("5997", {name: text for name, text in NOTICE.items() if name != "PayInfo"})

    notice = await authority.look_up(PAY_CODE, "1357")

    assert [(each.code, each.amount_fen) for each in notice.items] == [("0104901", 8000)]


async def test_finances_late_fee_holds_until_midnight(authority: Cnnontax, node: FakeNode) -> None:
    node.says("5997", NOTICE | {"Amt": "92.00", "DelayAmt": "12.00"})

    notice = await authority.look_up(PAY_CODE, "1357")

    assert (notice.principal_fen, notice.late_fee_fen) == (8000, 1200)
    assert notice.valid_until == next_midnight(NOW)
    rule = notice.items[0].late
    assert rule is not None
    assert (rule.cap_fen, rule.starts_on) == (1200, beijing_day(NOW))


@pytest.mark.parametrize(("stats", "state"), [("1", NoticeState.PAID), ("2", NoticeState.VOIDED)])
async def test_what_became_of_a_notice_is_read(
    authority: Cnnontax, node: FakeNode, stats: str, state: NoticeState
) -> None:
    node.says("5997", NOTICE | {"PayStats": stats})

    assert (await authority.look_up(PAY_CODE, "1357")).state is state


@pytest.mark.parametrize(
    "wrong",
    [
        {"PayStats": "7"},
        {"Amt": "81.00"},
        {"OriAmt": "eighty"},
        {"PayInfo": "103043211|不动产登记费|80.0"},
        {"BillDate": "2026-02-02"},
    ],
)
async def test_a_notice_that_cannot_be_read_is_malformed(
    authority: Cnnontax, node: FakeNode, wrong: dict[str, str]
) -> None:
    node.says("5997", NOTICE | wrong)

    with pytest.raises(Malformed):
        await authority.look_up(PAY_CODE, "1357")


async def test_an_answer_about_another_notice_is_not_believed(
    authority: Cnnontax, node: FakeNode
) -> None:
    node.says("5997", NOTICE | {"PayCode": "9" * 20})

    with pytest.raises(Unavailable):
        await authority.look_up(PAY_CODE, "1357")


async def test_no_voucher_is_no_notice(authority: Cnnontax, node: FakeNode) -> None:
    node.says("5997")

    with pytest.raises(NotFound):
        await authority.look_up(PAY_CODE, "1357")


async def test_the_answer_to_another_question_is_not_believed(
    authority: Cnnontax, node: FakeNode
) -> None:
    node.ref = "another"
    node.result("8001", "5996")
    with pytest.raises(Malformed):
        await authority.confirm(PAID)

    node.ref, node.target = None, "K3206820009"
    node.result("8001", "5996")
    with pytest.raises(Malformed):
        await authority.confirm(PAID)

    node.target = "K3206820002"
    node.result("8001", "8994")
    with pytest.raises(Malformed):
        await authority.confirm(PAID)

    node.result("5001", "5996")
    with pytest.raises(Malformed):
        await authority.confirm(PAID)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("99999", Refused),
        ("18012", Refused),
        ("18001", NotFound),
        ("18002", NoticeSettledElsewhere),
        ("18003", NoticeVoided),
        ("18004", NoticePaidAlready),
        ("12345", Refused),
    ],
)
async def test_a_result_says_what_became_of_it(
    authority: Cnnontax, node: FakeNode, code: str, error: type[GatewayError]
) -> None:
    node.result("8001", "5996", code)

    with pytest.raises(GatewayError) as said:
        await authority.confirm(PAID)

    assert type(said.value) is error


async def test_an_authoritys_own_codes_go_before_the_usual(node: FakeNode) -> None:
    own = {"18012": Meaning.LATER, "77001": Meaning.PAID}
    settings = SETTINGS.model_copy(update={"results": own})
    authority = Cnnontax(settings, await tools_beside(node))

    for code, error in (("18012", RefusedForNow), ("77001", NoticeSettledElsewhere)):
        node.result("8001", "5996", code)
        with pytest.raises(error):
            await authority.confirm(PAID)


async def test_a_payment_is_told_with_our_number(authority: Cnnontax, node: FakeNode) -> None:
    node.result("8001", "5996")

    assert await authority.confirm(PAID) == PAID.paid_at

    _, said = node.asked[0]
    assert (said["CfmDate"], said["CfmTime"], said["Amt"]) == ("20260105", "132935", "80.00")
    assert (said["TraNoBus"], said["Hold1"], said["PayMode"]) == ("4200001", "G1", "51")


async def test_a_notice_is_issued_under_a_code_of_ours(authority: Cnnontax, node: FakeNode) -> None:
    node.result("5001", "8994")

    issued = await authority.issue("A1", DRAFT)

    _, said = node.asked[0]
    assert said["PayCode"] == issued.notice.pay_code
    assert issued.notice.pay_code.startswith("3206822630")
    assert len(issued.notice.pay_code) == 20
    assert said["CrcCode"] == issued.check_code
    assert said["PayerName"] == "林䶮·玛丽"
    assert (said["Hold1"], said["Hold2"]) == ("Y", "20260401")
    assert said["PayInfo"] == "103043211|不动产登记费｜加急＃|80.50|次|2|按标准|40.25/次#"
    assert (issued.notice.total_fen, issued.notice.due_on) == (8050, DRAFT.due_on)


async def test_a_number_keeps_its_code_and_what_arrived_is_not_sent_again(
    authority: Cnnontax, node: FakeNode
) -> None:
    node.result("5001", "8994")
    first = await authority.issue("A1", DRAFT)
    _, sent = node.asked[0]

    node.says("5997", sent | {"PayStats": "1"})
    again = await authority.issue("A1", DRAFT)

    assert [number for number, _ in node.asked] == ["8994", "8997"]
    assert again.notice == replace(first.notice, state=NoticeState.PAID)
    assert again.check_code == first.check_code

    node.says("5997")  # it never arrived there
    node.result("5001", "8994")
    assert await authority.issue("A1", DRAFT) == first
    assert node.asked[-1] == node.asked[0]


async def test_a_number_is_used_for_one_draft(authority: Cnnontax, node: FakeNode) -> None:
    node.result("5001", "8994")
    await authority.issue("A1", DRAFT)

    with pytest.raises(Refused):
        await authority.issue("A1", replace(DRAFT, due_on=date(2026, 4, 2)))

    assert len(node.asked) == 1


async def test_what_is_kept_of_a_draft_names_nobody(node: FakeNode) -> None:
    tools = await tools_beside(node)
    node.result("5001", "8994")
    issued = await Cnnontax(SETTINGS, tools).issue("A1", DRAFT)

    [kept] = await tools.store.find("cnnontax_numbers", limit=10)
    words = repr(kept)
    assert DRAFT.payer_name.reveal() not in words
    assert DRAFT.id_number.reveal() not in words
    assert f"'{issued.check_code}'" not in words


async def test_a_refund_asks_for_a_red_receipt_and_waits_for_it(
    authority: Cnnontax, node: FakeNode
) -> None:
    refund = GivenBack("R1", Fen(500), "多收", NOW, RECEIPT)
    node.result("5001", "8981")
    node.says("5999")
    node.result("5001", "8981")

    with pytest.raises(RefusedForNow):
        await authority.report_refund(PAID, refund)

    number, said = node.asked[0]
    assert (number, said["Amt"], said["Hold1"], said["BillType"]) == ("8981", "-5.00", "R1", "2")
    assert said["RelatedInvoiceNumber"] == "0013933922"


async def test_money_given_back_before_there_is_a_receipt_has_no_red_one(
    authority: Cnnontax, node: FakeNode
) -> None:
    node.result("5001", "8981")

    assert await authority.report_refund(PAID, GivenBack("R1", Fen(500), "多收", NOW)) is None


async def words_of(tools: Tools) -> list[Word]:
    return await Words(tools.name, tools.store, tools.vault).about(PAY_CODE)


async def test_what_finance_took_is_kept_with_what_it_needs_to_be_asked(node: FakeNode) -> None:
    tools = await tools_beside(node)
    node.result("8001", "5996")
    await Cnnontax(SETTINGS, tools).confirm(replace(PAID, check_code="1357", unit_code="0104901"))

    (word,) = await words_of(tools)

    assert (word.number, word.transaction, word.unit_code) == ("G1", "4200001", "0104901")
    assert (word.last.message, word.last.said, word.last.amount_fen) == ("8001", Said.TAKEN, 8000)
    assert (word.ours_fen, word.may_ask, word.at) == (8000, True, PAID.paid_at)
    assert "1357" not in word.check_code


async def test_what_finance_refused_or_did_not_answer_it_did_not_say(node: FakeNode) -> None:
    tools = await tools_beside(node)
    authority = Cnnontax(SETTINGS, tools)
    for code in ("99999", "18002", "18003"):
        node.result("8001", "5996", code)
        with pytest.raises(Refused):
            await authority.confirm(PAID)

    assert await words_of(tools) == []


async def test_what_finance_told_of_before_us_is_ours_when_it_says_so(node: FakeNode) -> None:
    tools = await tools_beside(node)
    authority = Cnnontax(SETTINGS, tools)
    words = Words(tools.name, tools.store, tools.vault)
    told = PaidNotice(PAY_CODE, PAID.amount_fen, PAID.paid_at, PAID.transaction)

    async def number() -> str:
        (word,) = await words.about(PAY_CODE)
        return word.number

    await words.keep(pushed(words, told, NOW))
    assert await number() == ""
    node.result("8001", "5996", "18002")
    with pytest.raises(NoticeSettledElsewhere):
        await authority.confirm(PAID)
    assert await number() == "G1"

    await tools.store.delete(WORDS.name, f"rugao|{PAY_CODE}|4200001")
    await words.keep(pushed(words, told, NOW))  # it came a moment later
    node.result("5001", "8999", "18001")
    node.says("5999")
    node.result("5001", "8981")
    assert await authority.receipt(PAID) is None
    assert await number() == "G1"


async def test_a_red_receipt_is_finances_word_on_a_refund(node: FakeNode) -> None:
    tools = await tools_beside(node)
    words = Words(tools.name, tools.store, tools.vault)
    back, at = GivenBack("R2", Fen(500), "多收", NOW, RECEIPT), NOW + timedelta(days=1)

    word = given_back(words, PAID, back, replace(RECEIPT, total_fen=Fen(-499), issued_at=at), at)

    assert (word.last.message, word.last.amount_fen, word.ours_fen) == ("5982", 499, 500)
    line = line_of(word)
    assert line is not None
    assert (line.number, line.refund, line.at, line.transaction) == ("R2", True, at, "")


async def test_a_refund_without_a_red_receipt_is_as_finance_took_it(node: FakeNode) -> None:
    tools = await tools_beside(node)
    node.result("5001", "8981")
    await Cnnontax(SETTINGS, tools).report_refund(PAID, GivenBack("R1", Fen(500), "多收", NOW))

    (word,) = await words_of(tools)

    assert (word.last.message, word.last.said, word.last.amount_fen) == ("5001", Said.TAKEN, 500)
    assert (word.number, word.at, word.may_ask) == ("R1", NOW, False)


ASKED = {
    "paid": ("1", "80.00", 8000),
    "paid with more": ("1", "80.01", 8001),
    "unpaid": ("0", "80.00", None),
    "void": ("2", "80.00", None),
}


@pytest.mark.parametrize(("stats", "amount", "fen"), ASKED.values(), ids=ASKED)
async def test_a_payments_notice_says_what_finance_has_of_it(
    node: FakeNode, stats: str, amount: str, fen: int | None
) -> None:
    tools = await tools_beside(node)
    authority = Cnnontax(SETTINGS, tools)
    node.result("8001", "5996")
    await authority.confirm(replace(PAID, check_code="1357"))
    words = Words(tools.name, tools.store, tools.vault)
    statements = AskedStatements(authority, words, MovedClock(PAID.paid_at + timedelta(days=1)))
    node.says("5997", NOTICE | {"PayStats": stats, "Amt": amount, "OriAmt": amount})

    told = [
        line.amount_fen
        async for lines in statements.statement(beijing_day(PAID.paid_at))
        for line in lines
    ]

    assert node.asked[-1][1]["CrcCode"] == "1357"
    assert told == ([] if fen is None else [fen])


async def test_a_notice_finance_does_not_know_is_not_paid_there(node: FakeNode) -> None:
    tools = await tools_beside(node)
    authority = Cnnontax(SETTINGS, tools)
    node.result("8001", "5996")
    await authority.confirm(replace(PAID, check_code="1357"))
    words = Words(tools.name, tools.store, tools.vault)
    statements = AskedStatements(authority, words, MovedClock(PAID.paid_at + timedelta(days=1)))
    node.says("5997")

    pages = [lines async for lines in statements.statement(beijing_day(PAID.paid_at))]
    assert [line for lines in pages for line in lines] == []
