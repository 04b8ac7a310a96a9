"""Who calls: what a stranger writes into X-Forwarded-For is nobody's address."""

from ipaddress import ip_address

import pytest

from channel_gateway.addresses import network
from channel_gateway.web.doors.callers import caller

PROXIES = (network("127.0.0.1/32"), network("10.0.0.0/8"), network("fd00::/8"))


def called(peer, *forwarded):
    return caller(peer, [("X-Forwarded-For", each) for each in forwarded], PROXIES)


def test_who_comes_by_no_proxy_of_ours_is_who_the_socket_says():
    assert called("198.51.100.7", "203.0.113.9") == ip_address("198.51.100.7")


def test_a_proxy_of_ours_is_believed():
    assert called("127.0.0.1", "203.0.113.9") == ip_address("203.0.113.9")


def test_what_a_stranger_wrote_before_the_proxy_added_to_it_counts_for_nothing():
    assert called("127.0.0.1", "203.0.113.9, 198.51.100.7") == ip_address("198.51.100.7")


def test_a_second_header_is_read_behind_the_first():
    assert called("127.0.0.1", "203.0.113.9", "198.51.100.7") == ip_address("198.51.100.7")


def test_a_row_of_our_proxies_is_gone_back_through():
    assert called("fd00::1", "198.51.100.7, 10.1.2.3") == ip_address("198.51.100.7")


def test_a_proxy_that_says_nothing_is_the_caller_itself():
    assert called("127.0.0.1") == ip_address("127.0.0.1")


@pytest.mark.parametrize("written", ["unknown", "", "198.51.100.7:80", "_hidden", "1.2.3"])
def test_what_is_no_address_is_nobody(written):
    assert called("127.0.0.1", f"203.0.113.9, {written}") is None


def test_without_a_socket_s_address_nobody_can_say():
    assert called("", "203.0.113.9") is None


def test_an_address_of_the_fourth_version_written_as_the_sixth_is_the_same():
    assert called("::ffff:127.0.0.1", "::ffff:198.51.100.7") == ip_address("198.51.100.7")


@pytest.mark.parametrize("text", ["", "anybody", "10.0.0.1/8", "1.2.3.4/33", "fe80::/200"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(ValueError, match="a network is wanted"):
        network(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.9/32"),
        ("2001:db8::/32", "2001:db8::/32"),
    ],
)
def test_a_network_of_the_fourth_version_written_as_the_sixth_is_the_same(text, same):
    assert str(network(text)) == same
