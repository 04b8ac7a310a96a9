"""What citizens and operators send is read strictly: money above all."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from channel_gateway.services.citizen.messages import Identity
from payment.messages import NoticeQuery, OrderRequest
from payment.refund_cases.messages import Application

ORDER = {"pay_code": "33019926010000000001", "check_code": "1357", "total_fen": 20600}
REFUND = {"ground": "overpaid", "amount_fen": 600, "words": "多收"}
IDENTITY = {"name": "林示例", "id_number": "990101199001010019"}
# A number as others might write it: no JSON integer, or none a person means.
NO_AMOUNTS = [True, "7", 7.0, 7.5, "20000", 20000.0, None, 0, -1, 10**11, [7], "７"]


def read(model: type[BaseModel], said: dict[str, Any]) -> Any:
    return model.model_validate_json(json.dumps(said))


@pytest.mark.parametrize("amount", NO_AMOUNTS)
@pytest.mark.parametrize(
    ("model", "said", "field"),
    [(OrderRequest, ORDER, "total_fen"), (Application, REFUND, "amount_fen")],
)
def test_an_amount_is_a_json_integer_of_fen(
    model: type[BaseModel], said: dict[str, Any], field: str, amount: object
) -> None:
    read(model, said)
    with pytest.raises(ValidationError) as refused:
        read(model, said | {field: amount})
    assert refused.value.errors()[0]["loc"] == (field,)


@pytest.mark.parametrize("blank", ["", "   ", "\t\n", "\u3000\u3000", "\u00a0"])
@pytest.mark.parametrize(
    ("model", "said", "field"), [(Application, REFUND, "words"), (Identity, IDENTITY, "name")]
)
def test_blanks_are_neither_a_reason_nor_a_name(
    model: type[BaseModel], said: dict[str, Any], field: str, blank: str
) -> None:
    with pytest.raises(ValidationError):
        read(model, said | {field: blank})


@pytest.mark.parametrize(
    "unseen",
    [
        "多\x00收",
        "\x00",
        "多收\x1b[31m",
        "多\n收",
        "\u200b",  # zero width space
        "收\u202e多",  # right-to-left override
        "\ufeff多收",
        "\ue000",  # private
        "\U0010ffff",  # no character
        "\u0301",  # an accent on nothing
        "\ufe0f",
        "\u3164",  # Hangul filler
        "\u2800",  # braille of no dots
        "\u115f\u1160 \uffa0",
    ],
)
@pytest.mark.parametrize(
    ("model", "said", "field"), [(Application, REFUND, "words"), (Identity, IDENTITY, "name")]
)
def test_what_cannot_be_seen_is_neither_a_reason_nor_a_name(
    model: type[BaseModel], said: dict[str, Any], field: str, unseen: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        read(model, said | {field: unseen})
    assert refused.value.errors()[0]["loc"] == (field,)


def test_half_a_character_is_no_reason() -> None:
    with pytest.raises(ValidationError):
        Application.model_validate_json(b'{"amount_fen": 600, "words": "\\ud83d"}')


@pytest.mark.parametrize(
    "name", ["阿卜杜拉·买买提", "𠮷田", "O'Neill-Žižek", "\u0041\u030a", "林 示例"]
)
def test_names_of_all_scripts_are_names(name: str) -> None:
    assert read(Identity, IDENTITY | {"name": name}).name == name


def test_blanks_round_a_reason_are_dropped() -> None:
    assert read(Application, REFUND | {"words": "\u3000多收 "}).words == "多收"


@pytest.mark.parametrize(
    "pay_code",
    [
        "３３０１９９２６０１０００００００００１",
        "٣" * 20,
        "33019926010000000001\n",
        "3" * 15,
        "3" * 33,
    ],
)
def test_a_pay_code_has_16_to_32_digits_or_letters_of_ascii(pay_code: str) -> None:
    with pytest.raises(ValidationError):
        read(NoticeQuery, {"pay_code": pay_code, "check_code": "1357"})
