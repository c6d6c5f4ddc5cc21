"""Bundles: which files of the tree a function needs, found from its import statements."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE_PACKAGES = ("functions", "shared")


class UnknownModuleError(ImportError):
    """A function imports a module of the tree that does not exist."""


def source_files(root: Path, function: str) -> tuple[Path, ...]:
    """Return the files of `functions/` and `shared/` that a function imports, relative to root.

    The function's own folder is taken whole; of `shared` exactly the modules that are imported,
    directly or by another, and the packages around them. Imports under `if TYPE_CHECKING` do not
    count.

    Raises:
        UnknownModuleError: an imported module of the tree does not exist.
    """
    found: set[Path] = set()
    waiting = sorted((root / "functions" / function).rglob("*.py"))
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        waiting.extend(_packages_around(root, path))
        for module in _imported(root, path):
            waiting.append(_file_of(root, module, imported_by=path))
    return tuple(sorted(path.relative_to(root) for path in found))


def imported_names(path: Path) -> Iterator[str]:
    """Yield the absolute dotted names in a file's import statements, outside `TYPE_CHECKING`.

    `from a import b` yields `a` and `a.b`.
    """
    pending: list[ast.AST] = [ast.parse(path.read_text(), filename=str(path))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending.extend(node.orelse)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise UnknownModuleError(f"{path}:{node.lineno}: relative imports are not followed")
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            pending.extend(ast.iter_child_nodes(node))


def _imported(root: Path, path: Path) -> Iterator[str]:
    """Yield the modules of the tree that a file imports; attributes of modules are left out."""
    for name in imported_names(path):
        package, _, last = name.rpartition(".")
        if name.split(".")[0] not in SOURCE_PACKAGES:
            continue
        if package and _path_of(root, package) is not None and _path_of(root, name) is None:
            source = _path_of(root, package)
            if source is not None and (source.name != "__init__.py" or last in source.read_text()):
                continue
        yield name


def _path_of(root: Path, module: str) -> Path | None:
    stem = root.joinpath(*module.split("."))
    for candidate in (stem / "__init__.py", stem.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _file_of(root: Path, module: str, *, imported_by: Path) -> Path:
    path = _path_of(root, module)
    if path is None:
        raise UnknownModuleError(f"{imported_by} imports {module}, which is not in the tree")
    return path


def _packages_around(root: Path, path: Path) -> Iterator[Path]:
    for folder in path.relative_to(root).parents:
        init = root / folder / "__init__.py"
        if folder != Path() and init.is_file():
            yield init
