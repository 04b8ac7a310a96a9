"""A service for proven names is booked by who has proven theirs, and for themselves."""

from dataclasses import dataclass

import pytest

from channel_gateway.domain.people import IdNumber, Person, PersonName
from channel_gateway.ports import ConsentOutdated, RealNameNeeded, Terms
from channel_gateway.services.appointment.citizens.consents import (
    agreed_to,
    given,
    in_force,
    withdrawn,
    without,
)
from channel_gateway.services.appointment.citizens.own_business import OwnBusiness, for_oneself
from channel_gateway.services.appointment.refusals import NotForOthers
from tests.unit.appointment.samples import MONDAY, at, rules

LIN = Person(PersonName("林示例"), IdNumber("990101199001010019"))
OTHER = "990101198506150127"
PURPOSES = {"courier": "同意提供给快递公司", "sms": "同意接收短信"}
FIELDS = {"id_number": "service", "mail_to": "courier", "mail_phone": "courier"}
TERMS = Terms("普通护照", "2", PURPOSES, FIELDS, "id_number", own_name="applicant_name")
NOW = at(MONDAY, "10:00")


@dataclass
class PlayedPeople:
    person: Person | None

    async def of(self, citizen: str) -> Person:
        return LIN

    async def proven(self, citizen: str) -> Person | None:
        return self.person

    async def answered(self, citizen: str, person: Person) -> None:
        return


async def test_a_name_is_asked_for_where_the_rules_want_one() -> None:
    own = OwnBusiness(PlayedPeople(None))
    assert await own.proven(rules(), "a") is None
    with pytest.raises(RealNameNeeded):
        await own.proven(rules(real_name=True), "a")
    assert await OwnBusiness(PlayedPeople(LIN)).proven(rules(real_name=True), "a") == LIN


async def test_where_nobody_knows_the_citizens_nobody_has_a_name() -> None:
    with pytest.raises(RealNameNeeded):
        await OwnBusiness(None).proven(rules(real_name=True), "a")


def test_the_forms_own_number_must_be_ones_own() -> None:
    for_oneself(LIN, {"id_number": LIN.id_number.reveal()}, TERMS)
    with pytest.raises(NotForOthers) as refused:
        for_oneself(LIN, {"id_number": OTHER}, TERMS)
    assert refused.value.field == "answers.id_number"
    assert OTHER not in str(refused.value)


def test_the_forms_own_name_must_be_ones_own_however_its_dot_is_written() -> None:
    with pytest.raises(NotForOthers) as refused:
        for_oneself(LIN, {"applicant_name": "周样张"}, TERMS)
    assert refused.value.field == "answers.applicant_name"
    assert "周样张" not in f"{refused.value} {refused.value.zh}"
    for_oneself(LIN, {"applicant_name": "林 示例"}, TERMS)
    marie = Person(PersonName("玛丽·居里"), LIN.id_number)
    for_oneself(marie, {"applicant_name": "玛丽•居里"}, TERMS)
    with pytest.raises(NotForOthers):
        for_oneself(marie, {"applicant_name": "玛丽居里"}, TERMS)


def test_a_form_without_a_number_asks_for_none() -> None:
    for_oneself(LIN, {"plate": "浙A12345"}, TERMS)


def test_a_consent_is_kept_with_its_sentence_and_what_rests_on_it() -> None:
    answers = {"id_number": "…", "mail_to": "…"}
    courier, sms = given("A1", TERMS, ("courier", "sms"), answers, channel="wechat", now=NOW)
    assert (courier.sentence, courier.policy_version, courier.about) == (
        "同意提供给快递公司",
        "2",
        "普通护照",
    )
    assert (courier.fields, sms.fields) == (("mail_to",), ())
    assert courier.id != sms.id


@pytest.mark.parametrize(
    ("version", "purposes"), [("1", ("courier",)), (None, ("courier",)), ("1", ())]
)
def test_nobody_agrees_to_a_sentence_they_did_not_see(
    version: str | None, purposes: tuple[str, ...]
) -> None:
    with pytest.raises(ConsentOutdated) as refused:
        agreed_to(version, purposes, TERMS)
    assert refused.value.field == "policy_version"


def test_who_agrees_to_nothing_need_not_say_what_they_saw() -> None:
    agreed_to(None, (), TERMS)
    agreed_to("2", ("courier",), TERMS)


def test_a_withdrawn_consent_is_in_force_no_more_and_says_when_it_ended() -> None:
    kept = given("A1", TERMS, ("courier", "sms"), {}, channel="wechat", now=NOW)
    once = withdrawn(kept, kept[0].id, NOW)
    assert in_force(once) == ["sms"]
    assert withdrawn(once, kept[0].id, at(MONDAY, "11:00")) == once
    assert without({"mail_to": "…", "id_number": "…"}, ("mail_to",)) == {"id_number": "…"}
