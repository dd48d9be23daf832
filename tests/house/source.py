"""The product's own source as trees to walk."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "careloop"


@cache
def modules(under: str = "careloop") -> dict[str, ast.Module]:
    """Return the tree of every module below a package, by its dotted name; generated migrations are left out."""
    trees = {}
    for path in sorted((ROOT / under.replace(".", "/")).rglob("*.py")):
        if "migrations" not in path.parts:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            trees[name] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


def imported(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Yield module, name and the name it goes by here, of everything that is imported ("" for a whole module)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                yield node.module, one.name, one.asname or one.name
        elif isinstance(node, ast.Import):
            for one in node.names:
                yield one.name, "", one.asname or one.name


def dotted(node: ast.expr) -> str:
    """Return "a.b.c" of an attribute or a name, else ""."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""
