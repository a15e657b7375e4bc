"""Functions with too many parameters or lines, over all sources.

    python -m tests.function_sizes

More than seven parameters ask for a dataclass; more than sixty lines for a second function.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("engine", "desktop", "packaging", "tests")
MAX_PARAMETERS = 7
MAX_LINES = 60


def too_large(root: Path = ROOT) -> Iterator[str]:
    """Yield "file:line function: n parameters" or "… n lines" for each that is over a limit."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    place = f"{path.relative_to(root).as_posix()}:{node.lineno} {node.name}"
                    n_parameters, n_lines = _n_parameters(node), _n_lines(node)
                    if n_parameters > MAX_PARAMETERS:
                        yield f"{place}: {n_parameters} parameters"
                    if n_lines > MAX_LINES:
                        yield f"{place}: {n_lines} lines"


def _n_parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = node.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def _n_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


if __name__ == "__main__":
    found = list(too_large())
    limits = f"{MAX_PARAMETERS} parameters or {MAX_LINES} lines"
    print(f"{len(found)} functions over {limits}", *found, sep="\n  ")
