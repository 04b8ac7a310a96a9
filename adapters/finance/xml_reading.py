"""XML of finance systems, read with care: decoded first, and without a document type. Pure."""

from xml.etree import ElementTree

from channel_gateway.domain.errors import Malformed


def read_xml(xml: bytes, encoding: str) -> ElementTree.Element:
    """Raises `Malformed`; a document type is refused, and with it every entity.

    It is in the protocol's encoding whatever it declares: in another one a document type would not
    be seen. The parser itself tells UTF-16 by its NULs, unasked; no text of XML has one.
    """
    try:
        text = xml.decode(encoding)
        if "\0" in text:
            raise Malformed("another encoding than the protocol's")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise Malformed("a document type is not wanted")
        return ElementTree.fromstring(text)  # noqa: S314 (it has no document type)
    except (ElementTree.ParseError, ValueError) as error:
        raise Malformed(f"no XML in {encoding}") from error
