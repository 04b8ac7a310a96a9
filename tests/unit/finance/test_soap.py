"""The SOAP protocol: what travels is read as it was meant, or refused by name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.finance.soap.envelope import (
    DONE,
    UNIT,
    Answer,
    Detail,
    read_answer,
    read_call,
    write_answer,
    write_call,
)
from adapters.finance.soap.kept import TRANSITIONS, Kept, Paid, State, notice_no, paid_as, voided
from adapters.finance.soap.notices import detail_of, notice_no_of
from adapters.finance.soap.platform import read_paid
from adapters.finance.stamps import moment_of
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, LateRule

# As the platform has it: CDATA, a header, another prefix. The shape is of public samples
# (domain facts 1.5 A2); the numbers are invented.
SENT = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:ser="http://server.webservice.datanew.com"><soapenv:Header/><soapenv:Body>
<ser:Get_AppPay_Info><in0><![CDATA[<?xml version="1.0" encoding="UTF-8"?><ROOT><REQUEST>
<PARAM NAME="NOTICENO">330299001FS0001934251</PARAM><PARAM NAME="CHANNELNO">330299001</PARAM>
<PARAM NAME="ORIGINALNOTICENO">FS0001934251</PARAM><PARAM NAME="YWCODE"/></REQUEST></ROOT>]]></in0>
</ser:Get_AppPay_Info></soapenv:Body></soapenv:Envelope>"""
PAID = {"TRADENO": "ZJ1", "PAYMONEY": "80.00", "PAYDATE": "20260105", "PAYTIME": "115959"}
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40).map(str.strip)
KEPT = Kept(
    id="330299001G000000000000001",
    number="N1",
    unit_code="330299021",
    unit_name="示例中心",
    payer_name="sealed",
    id_number="sealed",
    person="index",
    check_code="sealed",
    items=(FeeItem("00034002", "登记费", "件", 2, Fen(8000)),),
    due_on=date(2026, 1, 20),
    issued_at=datetime(2026, 1, 5, 16, 30, tzinfo=UTC),
)


def test_a_call_as_the_platform_sends_it_is_read() -> None:
    assert read_call(SENT.encode()) == (
        "Get_AppPay_Info",
        {
            "NOTICENO": "330299001FS0001934251",
            "CHANNELNO": "330299001",
            "ORIGINALNOTICENO": "FS0001934251",
            "YWCODE": "",
        },
    )


@given(st.dictionaries(st.text("ABCXYZ", min_size=1, max_size=8), TEXT))
def test_what_is_written_is_read_the_same(params: Mapping[str, str]) -> None:
    assert read_call(write_call(UNIT, "Get_AppPay_Info", params)) == ("Get_AppPay_Info", params)
    answer = Answer(DONE, "成功", params, [Detail({"A": "1"}, [{"B": "2"}])])

    echoed, read = read_answer(write_answer("GetPay_Info", params, answer), "GetPay_Info")

    assert (echoed, read.code, read.params) == (params, DONE, params)


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda text: text[:-9], None),
        (lambda text: text.replace("<soapenv:Body>", "<!DOCTYPE a><soapenv:Body>"), None),
        (lambda text: text.replace("REQUEST", "QUESTION"), "REQUEST"),
        (lambda text: text.replace('"CHANNELNO"', '"NOTICENO"'), "NOTICENO"),
        (lambda text: text.replace("</in0>", "</in0><in1/>"), "arg0"),
        (lambda text: text.replace("xmlsoap.org", "elsewhere.org"), "Body"),
        (lambda text: text.replace("datanew.com", "elsewhere.com"), "Body"),
    ],
    ids=[
        *("cut", "document type", "no request", "a name twice", "two arguments", "no envelope"),
        "another namespace",
    ],
)
def test_what_is_no_call_is_refused(spoil: Callable[[str], str], field: str | None) -> None:
    with pytest.raises(Malformed) as refused:
        read_call(spoil(SENT).encode())

    assert refused.value.field == field


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-7"])
def test_a_document_type_does_not_hide_in_another_encoding(encoding: str) -> None:
    declared = SENT.replace("UTF-8", encoding, 1)
    entity = '<!DOCTYPE a [<!ENTITY b "330299001">]>'
    hidden = declared.replace("<soapenv:Envelope", f"{entity}<soapenv:Envelope", 1)
    hidden = hidden.replace(">330299001<", ">&b;<")

    with pytest.raises(Malformed):
        read_call(hidden.encode(encoding))


def test_a_byte_order_mark_is_borne() -> None:
    assert read_call(SENT.encode("utf-8-sig")) == read_call(SENT.encode())


def test_less_than_it_comes_to_is_not_paid_until_the_platform_says_more() -> None:
    at = datetime(2026, 1, 5, 3, 59, 59, tzinfo=UTC)
    less, all_of_it = Paid("ZJ1", Fen(7999), at), Paid("ZJ2", Fen(8000), at)

    short = paid_as(KEPT, less)
    assert (short.state, short.paid) == (State.SHORT, less)

    for paid in (paid_as(short, all_of_it), paid_as(paid_as(short, all_of_it), less)):
        assert (paid.state, paid.paid) == (State.PAID, all_of_it)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"CHANNELNO": "330299002"}, "CHANNELNO"),
        ({"ORIGINALNOTICENO": ""}, "NOTICENO"),
        ({"NOTICENO": "330299001FS0001934252"}, "NOTICENO"),
    ],
)
def test_numbers_that_do_not_fit_one_another_are_refused(
    changed: dict[str, str], field: str
) -> None:
    _, params = read_call(SENT.encode())

    with pytest.raises(Malformed) as refused:
        notice_no_of({**params, **changed}, "330299001")

    assert refused.value.field == field
    assert notice_no_of(params, "330299001") == "330299001FS0001934251"


def test_a_payment_is_read_with_its_beijing_moment() -> None:
    paid = read_paid({**PAID, "CERTIFICATENO": "0000000001"})

    assert paid == Paid("ZJ1", Fen(8000), datetime(2026, 1, 5, 3, 59, 59, tzinfo=UTC), "0000000001")


@pytest.mark.parametrize("money", ["0.00", "-80.00"])
def test_a_payment_of_nothing_is_no_payment(money: str) -> None:
    with pytest.raises(Malformed):
        read_paid({**PAID, "PAYMONEY": money})


@pytest.mark.parametrize("missing", PAID)
def test_a_payment_that_does_not_say_all_is_no_payment(missing: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_paid({**PAID, missing: ""})

    assert refused.value.field == missing


@pytest.mark.parametrize(
    ("day", "time"),
    [("20260230", "120000"), ("20260105", "250000"), ("2026010", "5115959"), ("", "")],
)
def test_no_moment_is_refused(day: str, time: str) -> None:
    with pytest.raises(Malformed):
        moment_of(day, time)


def test_a_number_always_has_the_same_notice() -> None:
    assert notice_no("330299001", "N1") == notice_no("330299001", "N1")
    assert notice_no("330299001", "N1") != notice_no("330299001", "N2")
    assert len(notice_no("330299001", "N1")) == 25


def test_a_notice_in_the_platforms_words_adds_up() -> None:
    detail = detail_of(KEPT, "林示例", "990101200001010011")

    assert detail.params["TOTALMONEY"] == "80.00"
    assert (detail.params["MAKEDATE"], detail.params["MAKETIME"]) == ("20260106", "003000")
    assert detail.params["ISCOUNTOVERDUE"] == "0"
    assert detail.projects[0]["CHARGESTANDARD"] == "40.00"


def test_a_late_rule_is_told_with_its_cap_its_day_and_its_own_item() -> None:
    rule = LateRule(300, "00099001", "滞纳金", Fen(5000))
    item = FeeItem("00034002", "罚款", "次", 1, Fen(8000), rule)

    detail = detail_of(replace(KEPT, items=(item,)), "林", "1")

    assert detail.params["ISCOUNTOVERDUE"] == "1"
    assert (
        detail.projects[0]
        | {
            "MAXPAYMENT": "50.00",
            "PAYMENTRADIO": "0.0300",
            "STARTCALCDATE": "20260121",
            "BELONGCHITCODE": "00099001",
            "BELONGCHITNAME": "滞纳金",
        }
        == detail.projects[0]
    )


@pytest.mark.parametrize("cap_fen", [None, Fen(9000)])
def test_the_cap_that_is_told_is_never_above_the_item(cap_fen: Fen | None) -> None:
    item = FeeItem("00034002", "罚款", "次", 1, Fen(8000), LateRule(300, cap_fen=cap_fen))

    detail = detail_of(replace(KEPT, items=(item,)), "林", "1")

    assert detail.projects[0]["MAXPAYMENT"] == "80.00"


def test_money_wins_over_a_withdrawal_and_is_kept_as_first_told() -> None:
    first, second = read_paid(PAID), read_paid({**PAID, "TRADENO": "ZJ2"})

    paid = paid_as(paid_as(voided(KEPT), first), second)

    assert (paid.state, paid.paid) == (State.PAID, first)


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(State)
