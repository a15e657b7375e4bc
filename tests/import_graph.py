"""The import graph of the sources: packages, imports between them, and which run upwards.

    python -m tests.import_graph [CHECKOUT]

Imports count wherever they are: at the top of a module, in a function, under TYPE_CHECKING.
Without an argument it reads this checkout; with one, another, such as an older commit.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# From top to bottom; a package imports only from the lines below its own.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("desktop",),
    ("engine.__main__",),
    ("engine.cli",),
    ("engine.training",),
    ("engine.training.benchmark",),
    ("engine.training.systems",),
    ("engine.training.fitting",),
    ("engine.training.method", "engine.training.simulation"),
    ("engine.training.data",),
    ("engine.stories",),
    ("engine.export",),
    ("engine.ranking",),
    ("engine.arrangement",),
    ("engine.music_packs",),
    ("engine.library",),
    ("engine.sound",),
    ("engine.music", "engine.video"),
    ("engine.encoders",),
    ("engine.media",),
    ("engine.limits",),
    ("engine.settings",),
    (
        "engine.cache_files",
        "engine.child_process",
        "engine.files",
        "engine.logs",
        "engine.progress",
        "engine.spreadsheets",
        "engine.untrusted",
    ),
    ("engine.errors", "engine.unwritable"),
    ("engine.unfinished",),
    ("engine.locks",),
    ("engine.translation",),
    ("engine.path_checks", "engine.paths"),
    ("engine", "assets"),
)

# The folders of engine.training count as separate packages.
_NESTED = {name for names in LAYERS for name in names if name.count(".") == 2}


@dataclass(frozen=True, slots=True)
class Graph:
    """Which module imports which, within the sources of one checkout.

    Attributes:
        modules: the file of each module, by its dotted name.
        imports: the modules of the checkout that each module imports.
    """

    modules: Mapping[str, Path]
    imports: Mapping[str, frozenset[str]]

    def between_packages(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Return the module imports behind each import from one package to another."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for importer, imported in sorted(self.imports.items()):
            for module in sorted(imported):
                edge = package_of(importer), package_of(module)
                if edge[0] != edge[1]:
                    found[edge].append((importer, module))
        return found

    def upward(self) -> list[str]:
        """Return the imports that run upwards or sideways, as "importer imports module"."""
        level = {name: number for number, names in enumerate(LAYERS) for name in names}
        return [
            f"{importer} imports {module}"
            for (above, below), imports in self.between_packages().items()
            if above in level and below in level and level[above] >= level[below]
            for importer, module in imports
        ]

    def without_layer(self) -> list[str]:
        """Return the packages that no line of LAYERS names."""
        known = {name for names in LAYERS for name in names}
        return sorted({package_of(module) for module in self.modules} - known)

    def circles(self) -> list[list[str]]:
        """Return the groups of modules that import each other, directly or by way of others."""
        return [sorted(group) for group in _strongly_connected(self.imports) if len(group) > 1]

    def package_circles(self) -> list[list[str]]:
        """Return the groups of packages that import each other, directly or by way of others."""
        edges: dict[str, set[str]] = {package_of(module): set() for module in self.modules}
        for above, below in self.between_packages():
            edges[above].add(below)
        frozen = {name: frozenset(below) for name, below in edges.items()}
        return [sorted(group) for group in _strongly_connected(frozen) if len(group) > 1]


def read_graph(root: Path = ROOT, folders: tuple[str, ...] = ("engine", "desktop")) -> Graph:
    """Return the import graph of the Python files below the folders of a checkout."""
    modules = {}
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    imports = {name: frozenset(_imported(path, modules)) - {name} for name, path in modules.items()}
    return Graph(modules, imports)


def imports_of(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, anywhere in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(module: str) -> str:
    """Return the package that counts as one place: desktop, engine.media, engine.errors …"""
    parts = module.split(".")
    if (nested := ".".join(parts[:3])) in _NESTED:
        return nested
    return parts[0] if parts[0] == "desktop" else ".".join(parts[:2])


def _imported(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    for name in imports_of(path):
        # "from engine.media import probe" names a module, "from engine.errors import X" doesn't.
        known = name if name in modules else name.rpartition(".")[0]
        if known in modules:
            yield known


def _strongly_connected(edges: Mapping[str, frozenset[str]]) -> Iterator[set[str]]:
    # Two modules share a circle when each reaches the other.
    reached = {name: _reachable(name, edges) for name in edges}
    left = set(edges)
    while left:
        name = left.pop()
        group = {name} | {other for other in left & reached[name] if name in reached[other]}
        left -= group
        yield group


def _reachable(start: str, edges: Mapping[str, frozenset[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for module in edges.get(waiting.pop(), frozenset()) - found:
            found.add(module)
            waiting.append(module)
    return found


def main(arguments: list[str]) -> None:
    """Print the graph of the named checkout, or of this one."""
    graph = read_graph(Path(arguments[0]).resolve() if arguments else ROOT)
    edges = graph.between_packages()
    packages = sorted({package_of(module) for module in graph.modules})
    by_package: dict[str, list[str]] = defaultdict(list)
    for above, below in sorted(edges):
        by_package[above].append(below)
    for package in packages:
        print(f"{package} -> {' '.join(by_package[package]) or '-'}")
    upward, unknown = graph.upward(), graph.without_layer()
    circles = [*graph.circles(), *graph.package_circles()]
    print(f"\n{len(graph.modules)} modules in {len(packages)} packages")
    n_imports = sum(len(imports) for imports in edges.values())
    print(f"{len(edges)} arrows between packages, made of {n_imports} imports")
    print(f"{len(upward)} imports upwards or sideways", *upward, sep="\n  ")
    print(f"{len(unknown)} packages without a layer", *unknown, sep="\n  ")
    print(
        f"{len(circles)} circles of modules or packages",
        *(" ".join(circle) for circle in circles),
        sep="\n  ",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
