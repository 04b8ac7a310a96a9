"""Finding the stand-ins: every subpackage of `mock_platforms` that offers `build`."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from importlib import import_module
from importlib.resources import files

from mock_platforms.stage import Build


def find_builds(also: Sequence[str] = ()) -> dict[str, Build]:
    """Return `build` of each stand-in by name, and of the modules named in `also`."""
    here = str(files(__package__))
    names = sorted(m.name for m in pkgutil.iter_modules([here]) if m.ispkg)
    modules = [f"{__package__}.{name}" for name in names] + list(also)
    found = {path.rpartition(".")[2]: import_module(path) for path in modules}
    return {name: module.build for name, module in found.items() if hasattr(module, "build")}
