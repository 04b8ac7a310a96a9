"""A telling is known by its id: another one for the same would be told a second time."""

from channel_gateway.domain.happenings import Happening, telling_id


def test_the_id_of_a_telling_never_changes():
    # printf 'A1\nbooked\n1' | openssl dgst -sha256, the first forty digits
    assert telling_id("A1", Happening.BOOKED, "1") == "6d8d153fb3ce24a6edfa441916655bd4e630f904"
