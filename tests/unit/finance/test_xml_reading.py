"""XML from outside: in the protocol's encoding alone, and with no document type in any."""

import pytest

from adapters.finance.xml_reading import read_xml
from channel_gateway.domain.errors import Malformed

WITH_ENTITY = '<!DOCTYPE a [<!ENTITY b "expanded">]><a>&b;</a>'


@pytest.mark.parametrize("protocol", ["utf-8-sig", "GBK"])
@pytest.mark.parametrize("sent", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_is_refused_in_whatever_encoding_it_comes(protocol: str, sent: str) -> None:
    with pytest.raises(Malformed):
        read_xml(WITH_ENTITY.encode(sent), protocol)


@pytest.mark.parametrize("sent", ["utf-16-le", "utf-16-be"])
def test_what_is_in_another_encoding_is_refused_though_the_parser_would_find_out(sent: str) -> None:
    with pytest.raises(Malformed):
        read_xml("<a>b</a>".encode(sent), "GBK")


def test_what_is_declared_is_not_believed() -> None:
    sent = '<?xml version="1.0" encoding="UTF-16"?><a>缴款</a>'.encode("GBK")

    assert read_xml(sent, "GBK").text == "缴款"
