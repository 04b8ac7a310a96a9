"""The project as text: its Python files, read once, with what each imports and says."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("channel_gateway", "adapters", "payment", "mock_platforms")


@dataclass(frozen=True)
class Module:
    name: str  # dotted
    path: Path
    text: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Every module named by an import, wherever in the file it stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def constants(self) -> Iterator[object]:
        return (node.value for node in ast.walk(self.tree) if isinstance(node, ast.Constant))

    def attributes(self) -> Iterator[str]:
        """Every dotted name as it is written: `datetime.now`, `os.environ.get`."""
        nodes = (node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute))
        return (ast.unparse(node) for node in nodes)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the four packages."""
    return tuple(_read(path) for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")))


def within(*packages: str) -> list[Module]:
    """The modules that are, or lie in, one of these."""
    return [each for each in modules() if any(lies_in(each.name, package) for package in packages)]


def lies_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def lines_of(path: Path) -> int:
    """How many lines of a file say something."""
    return sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return Module(name, path, text, ast.parse(text))
