"""The repository's own files, read and parsed once for every house rule."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TREES = ("src", "tests", "bench", "docs", "requirements", ".ci")
_TEXT = {
    "",
    ".css",
    ".html",
    ".in",
    ".ini",
    ".lock",
    ".md",
    ".py",
    ".svg",
    ".toml",
    ".yaml",
    ".yml",
}


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path below the repository: `src/sekisho/files.py`."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def below(self) -> str:
        """The path below `src/sekisho`, or below the repository."""
        return self.name.removeprefix("src/sekisho/")

    def at(self, node: ast.AST) -> str:
        """`file:line` of `node`."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


@functools.cache
def modules(tree: str) -> tuple[Module, ...]:
    """Every Python file of one tree: `src`, `tests`, `bench`."""
    paths = sorted((ROOT / tree).rglob("*.py"))
    return tuple(Module(path, ast.parse(path.read_bytes(), str(path))) for path in paths)


def texts() -> Iterator[tuple[str, str]]:
    """Name and contents of every text file that is the project's."""
    paths = [path for path in sorted(ROOT.iterdir()) if path.is_file()]
    for tree in _TREES:
        paths += sorted(path for path in (ROOT / tree).rglob("*") if path.is_file())
    for path in paths:
        if path.suffix in _TEXT and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_bytes().decode(errors="replace")


def calls(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call in `module`, with the dotted name of what is called."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression; what is neither a name nor an attribute counts as `?`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def public_names(module: Module) -> set[str]:
    """What `module` defines at its top level under a name without a leading underscore."""
    names: set[str] = set()
    for node in module.tree.body:
        match node:
            case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar" | "ParamSpec"))):
                pass
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            # what a type checker shall take for something else
            case ast.If(
                test=ast.Name(id="TYPE_CHECKING"),
                orelse=[ast.Assign(targets=[ast.Tuple(elts=targets)])],
            ):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case _:
                pass
    return {name for name in names if not name.startswith("_")} - {"TYPE_CHECKING"}


def ours(module: Module) -> set[str]:
    """What `module` imports, by `from`, from elsewhere in sekisho."""
    return {
        alias.asname or alias.name
        for node in module.tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sekisho.")
        for alias in node.names
    }


def exported_names(module: Module) -> list[str]:
    """What `__all__` says; nothing when there is none."""
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and [dotted(target) for target in node.targets] == [
            "__all__"
        ]:
            return list(ast.literal_eval(node.value))
    return []
