"""Shapes are named for callers: modules may move without a client noticing."""

import pytest

from channel_gateway.web.shapes import renamed, short_names

APPOINTMENT = "channel_gateway__services__appointment__messages__AppointmentView"
CATALOGUE = "channel_gateway__services__catalogue__messages__AppointmentView"


def test_a_shape_is_named_by_its_service_and_no_module() -> None:
    assert short_names(
        [
            "LoginAnswer",
            APPOINTMENT,
            CATALOGUE,
            "channel_gateway__services__review__review__State",
            "channel_gateway__services__citizen__proof__State",
            "payment__messages__EventView",
        ]
    ) == {
        "LoginAnswer": "LoginAnswer",
        APPOINTMENT: "AppointmentView",
        CATALOGUE: "CatalogueAppointmentView",
        "channel_gateway__services__review__review__State": "ReviewState",
        "channel_gateway__services__citizen__proof__State": "CitizenProofState",
        "payment__messages__EventView": "PaymentEventView",
    }


def test_two_shapes_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="AppointmentView"):
        short_names([APPOINTMENT, "AppointmentView"])


def test_references_follow_wherever_they_stand() -> None:
    names = {CATALOGUE: "CatalogueAppointmentView"}
    there = {
        "anyOf": [{"$ref": f"#/components/schemas/{CATALOGUE}"}, {"type": "null"}],
        "title": CATALOGUE,
    }

    assert renamed(there, names) == {
        "anyOf": [{"$ref": "#/components/schemas/CatalogueAppointmentView"}, {"type": "null"}],
        "title": CATALOGUE,
    }
