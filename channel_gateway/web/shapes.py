"""Names of the shapes in the description: by their service, never by our modules. Pure.

Where two classes share a name, pydantic tells them apart by their modules, which are nobody's
business outside and may move.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

REFERENCE = "#/components/schemas/"

_BETWEEN = "__"  # module and class, as pydantic writes them
_SILENT = ("channel_gateway", "services", "messages")  # say nothing to a caller


def short_names(names: Iterable[str]) -> dict[str, str]:
    """By the long one. Raises `ValueError` when two shapes would have one name."""
    short = {name: _short(name) for name in names}
    for name, times in Counter(short.values()).items():
        if times > 1:
            raise ValueError(f"two shapes would be called {name}: give one of them another name")
    return short


def renamed(tree: Any, names: dict[str, str]) -> Any:
    """The tree with every reference to a shape by its short name."""
    if isinstance(tree, dict):
        return {key: renamed(value, names) for key, value in tree.items()}
    if isinstance(tree, list):
        return [renamed(value, names) for value in tree]
    if isinstance(tree, str) and tree.startswith(REFERENCE):
        name = tree.removeprefix(REFERENCE)
        return REFERENCE + names.get(name, name)
    return tree


def _short(name: str) -> str:
    *modules, own = name.split(_BETWEEN)
    whose = "".join(
        module.title().replace("_", "")
        for module in dict.fromkeys(modules)  # `review.review` is said once
        if module not in _SILENT
    )
    return own if own.startswith(whose) else whose + own
