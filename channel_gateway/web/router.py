"""Finding the endpoint of a path, so that a request needs no socket to find its way. Pure."""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from channel_gateway.domain.errors import NotFound
from channel_gateway.web.arrival import Endpoint
from channel_gateway.web.refusals import NoSuchMethod

_LONGEST_PARAMETER = 128


def nowhere() -> NotFound:
    return NotFound("there is nothing at this address")


# A template in pieces: a literal, or (name,) for a parameter.
_Pieces = tuple[str | tuple[str], ...]


class Router:
    """A literal segment wins over a parameter. Two rows for one method and path are refused."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._literal: dict[str, dict[str, Endpoint]] = {}
        by_pieces: dict[_Pieces, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            pieces = _pieces(endpoint.template)
            literal = all(isinstance(piece, str) for piece in pieces)
            methods = (
                self._literal.setdefault(endpoint.template, {})
                if literal
                else by_pieces.setdefault(pieces, {})
            )
            for method in endpoint.methods:
                if method in methods:
                    raise ValueError(f"two rows for {method} {endpoint.template}")
                methods[method] = endpoint
        self._patterns = sorted(by_pieces.items(), key=lambda row: _openness(row[0]))

    def find(self, method: str, path: str) -> tuple[Endpoint, Mapping[str, str]]:
        """Raises `NotFound`, `NoSuchMethod`. HEAD is GET whose body nobody sends."""
        methods, parameters = self._at(path)
        endpoint = methods.get("GET" if method == "HEAD" else method)
        if endpoint is None:
            raise NoSuchMethod(tuple(sorted(methods)))
        return endpoint, parameters

    def _at(self, path: str) -> tuple[dict[str, Endpoint], Mapping[str, str]]:
        literal = self._literal.get(path)
        if literal is not None:
            return literal, {}
        segments = path.split("/")
        for pieces, methods in self._patterns:
            parameters = _match(pieces, segments)
            if parameters is not None:
                return methods, parameters
        raise nowhere()


def _pieces(template: str) -> _Pieces:
    return tuple(
        (segment[1:-1],) if segment.startswith("{") and segment.endswith("}") else segment
        for segment in template.split("/")
    )


def _openness(pieces: _Pieces) -> tuple[bool, ...]:
    return tuple(not isinstance(piece, str) for piece in pieces)


def _match(pieces: _Pieces, segments: list[str]) -> dict[str, str] | None:
    if len(pieces) != len(segments):
        return None
    parameters = {}
    for piece, segment in zip(pieces, segments, strict=True):
        if isinstance(piece, str):
            if piece != segment:
                return None
            continue
        value = _parameter(segment)
        if value is None:
            return None
        parameters[piece[0]] = value
    return parameters


def _parameter(segment: str) -> str | None:
    try:
        value = unquote(segment, errors="strict") if "%" in segment else segment
    except UnicodeDecodeError:
        return None
    fits = 0 < len(value) <= _LONGEST_PARAMETER and value.isprintable() and "/" not in value
    return value if fits else None
