"""What is read of others: documents of any bytes, and the settings as the reference shows them."""

import re
import tomllib
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.finance.cnnontax import Settings
from adapters.finance.cnnontax.envelope import Head, read, written
from adapters.finance.cnnontax.payments import read_receipt
from adapters.finance.xml_reading import read_xml
from channel_gateway.domain.errors import Malformed
from payment.plugin import Settings as PaymentSettings
from tests.unit.finance.cnnontax.node import SETTINGS

HEAD = Head("F320682", "K3206820002", "5996", "1", "1", "20260105")
PAGE = Path("docs/reference/finance-cnnontax.md")


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_they_are_a_message_or_malformed(raw: bytes) -> None:
    try:
        _ = read(raw).vouchers
    except Malformed:
        return


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z][A-Za-z]{0,9}", fullmatch=True),
        st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"), max_codepoint=0xFFFD)),
        max_size=5,
    )
)
def test_what_is_written_is_read_again_whatever_gbk_has(fields: dict[str, str]) -> None:
    stripped = {name: text.strip() for name, text in fields.items()}

    message = read(written(HEAD, stripped))

    assert message.head == HEAD
    assert message.fields() == stripped


@pytest.mark.parametrize(
    "text",
    [
        "<CFX/>",
        "<CFX><HEAD><SRC>1</SRC></HEAD></CFX>",
        '<!DOCTYPE a [<!ENTITY b "c">]><CFX><HEAD>&b;</HEAD></CFX>',
        written(HEAD, {}).decode().replace("<CFX>", "<CFX><!-- a comment -->"),
        written(HEAD, {}).decode().replace("<SRC>", "<SRC>1</SRC><SRC>"),
    ],
)
def test_what_is_not_such_a_message_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        read(text.encode("gbk"))


@pytest.mark.parametrize(
    "text",
    [
        written(HEAD, {}).decode().replace("Count>1<", "Count>2<"),
        re.sub("<Voucher>.*?</Voucher>", "<Voucher>~</Voucher>", written(HEAD, {}).decode()),
    ],
)
def test_of_whom_a_voucher_comes_is_known_though_it_cannot_be_read(text: str) -> None:
    message = read(text.encode("gbk"))

    assert message.head == HEAD
    with pytest.raises(Malformed):
        _ = message.vouchers


def test_a_receipt_that_names_two_totals_is_malformed() -> None:
    once = "".join(
        f"<{name}>{text}</{name}>"
        for name, text in (
            *(("EInvoiceCode", "32010126"), ("EInvoiceNumber", "0013933922")),
            *(("RandomNumber", "a1b2c3"), ("TotalAmount", "80.00")),
            *(("IssueDate", "20260105"), ("IssueTime", "132935")),
        )
    )

    def receipt(main: str) -> Element:
        data = f"<EInvoiceData><Main>{main}</Main></EInvoiceData>"
        return read_xml(f"<Voucher><EInvoice>{data}</EInvoice></Voucher>".encode(), "GBK")

    assert read_receipt(receipt(once)).total_fen == 8000
    with pytest.raises(Malformed):
        read_receipt(receipt(once + "<TotalAmount>1.00</TotalAmount>"))


def test_blanks_before_the_declaration_are_borne() -> None:
    assert read(b"\r\n" + written(HEAD, {"Memo": "a"})).fields() == {"Memo": "a"}


def test_the_settings_of_the_reference_are_taken() -> None:
    [block] = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    plugins = tomllib.loads(block)["plugins"]
    ours = {key: value for key, value in plugins["rugao"].items() if key != "module"}

    settings = Settings.model_validate(ours)
    chosen = PaymentSettings.model_validate({"finance": "finance", **plugins["payment"]})

    assert settings.listening == Settings.model_fields["listening"].default
    assert [each.finance for each in chosen.authorities] == ["rugao", "rugao"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "finance"},
        {"address": "https://finance.example:1"},
        {"listening": "9596"},
        {"region": "3206"},
        {"token": None},
        {"results": {"18021": "perhaps"}},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    given_well = SETTINGS.model_dump()

    with pytest.raises(ValidationError):
        Settings.model_validate(given_well | wrong)
