"""The structure that the design promises, read from the sources themselves."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.function_sizes import too_large
from tests.import_graph import ROOT, imports_of, read_graph

SOURCES = sorted(
    path
    for folder in ("engine", "desktop", "assets", "packaging", "tests")
    for path in (ROOT / folder).rglob("*.py")
)
APP = [
    path for path in SOURCES if path.relative_to(ROOT).parts[0] in ("engine", "desktop", "assets")
]

# outside library -> the only places that may import it
HOMES = {
    "torch": ("engine/training/",),
    "onnx": ("engine/training/",),
    "onnxscript": ("engine/training/",),
    "onnxruntime": ("engine/encoders/session.py",),
    "av": ("engine/media/",),
    "soundfile": ("engine/media/",),
    "sqlite3": ("engine/library/",),
    "PySide6": ("desktop/",),
    "appdirs": ("engine/paths.py",),
    "opentimelineio": ("engine/export/",),
    "cv2": ("engine/video/", "engine/media/"),
    "distributed": ("engine/training/data/extraction.py",),
    "pickle": ("engine/training/data/object_arrays.py",),  # reads arrays and numbers alone
    "librosa": (),
    "matplotlib": (
        "engine/training/benchmark/figures.py",
        "engine/training/training_report.py",
    ),
    "scipy": (),
    "mido": (),
    "rich": ("engine/cli/",),
    "requests": (),
    "urllib.request": (),
    "socket": ("desktop/app.py",),  # a pair inside the process, for signals
}


# The window's only callers of the engine's stories.
SESSION = (
    "desktop/engine_session.py",
    "desktop/engine_packs.py",
    "desktop/engine_training.py",
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_outside_library_has_one_home() -> None:
    strays = [
        f"{name_of(path)} imports {module}"
        for path in APP
        for module in imports_of(path)
        for library, homes in HOMES.items()
        if (module == library or module.startswith(library + "."))
        and not name_of(path).startswith(homes or ("\0",))
    ]
    assert strays == []


def test_imports_run_downwards_only() -> None:
    graph = read_graph()
    assert graph.without_layer() == []
    assert graph.upward() == []


def test_no_import_goes_in_a_circle() -> None:
    graph = read_graph()
    assert graph.circles() == []
    assert graph.package_circles() == []


def test_the_graph_finds_what_runs_upwards_and_in_circles(tmp_path: Path) -> None:
    write = {
        "engine/media/probe.py": "from engine.library import files\n",
        "engine/library/files.py": "def read():\n    from engine.media.probe import probe\n",
        "engine/odd/__init__.py": "import engine.errors\n",
        "engine/errors.py": "",
    }
    for name, text in write.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    graph = read_graph(tmp_path)
    assert graph.upward() == ["engine.media.probe imports engine.library.files"]
    assert graph.without_layer() == ["engine.odd"]
    assert graph.circles() == [["engine.library.files", "engine.media.probe"]]
    assert graph.package_circles() == [["engine.library", "engine.media"]]


def test_the_engine_knows_no_window_and_only_the_session_calls_stories() -> None:
    upwards = [
        name
        for name, imported in read_graph().imports.items()
        if name.startswith("engine") and any(module.startswith("desktop") for module in imported)
    ]
    assert upwards == []
    strays = []
    for path in APP:
        name = name_of(path)
        if not name.startswith("desktop/") or name in SESSION:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "engine.stories"
            ):
                # Dataclasses may be named anywhere; functions are called by the session alone.
                strays += [
                    f"{name} calls {node.module}.{alias.name}"
                    for alias in node.names
                    if alias.name[0].islower()
                ]
    assert strays == []


def test_files_stay_under_400_lines() -> None:
    long = {name_of(p): n for p in SOURCES if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert long == {}


def run_python(code: str, tmp_path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["recommend", "--help"], ["library", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code = f"""
import contextlib, io, sys
from engine.__main__ import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main({arguments!r})
heavy = {{"torch", "cv2", "onnxruntime", "av", "matplotlib", "PySide6", "soundfile", "rich"}}
print(*sorted(heavy & set(sys.modules)))
"""
    assert run_python(code, tmp_path).split() == []


def test_the_window_loads_no_torch(tmp_path: Path) -> None:
    code = """
import sys
import desktop.app, desktop.main_window
print(*sorted({"torch", "cv2", "onnxruntime", "matplotlib"} & set(sys.modules)))
"""
    assert run_python(code, tmp_path).split() == []


def test_pypi_packaging_stays_importable(tmp_path: Path) -> None:
    assert not list((ROOT / "packaging").glob("__init__.py*"))
    done = subprocess.run(
        [sys.executable, "-c", "import packaging.version as v; print(v.Version('1.10').minor)"],
        capture_output=True,
        text=True,
        cwd=ROOT,  # where the folder of the same name would shadow it
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "10", done.stderr
    importers = [
        f"{name_of(path)} imports {module}"
        for path in APP
        for module in imports_of(path)
        if module.split(".")[0] == "packaging"
    ]
    assert importers == []


# Its name is the same in every language; %s stands in log messages.
BRAND = re.compile("Soundbed|%s")
SHOWN_BY = {
    "QLabel", "QPushButton", "QCheckBox", "QToolButton", "QAction", "QGroupBox", "QRadioButton",
    "setText", "setToolTip", "setStatusTip", "setWindowTitle", "setAccessibleName", "setTitle",
    "setAccessibleDescription", "setPlaceholderText", "addAction", "addMenu", "addTab",
    "setLabelText", "showMessage", "setInformativeText", "information", "warning", "question",
}  # fmt: skip


def test_every_sentence_of_the_window_can_be_translated() -> None:
    bare = []
    for path in APP:
        if not name_of(path).startswith("desktop/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            called = (
                function.attr
                if isinstance(function, ast.Attribute)
                else getattr(function, "id", "")
            )
            if called not in SHOWN_BY:
                continue
            for argument in node.args:
                # Pieces of a formatted text are translated before they are joined.
                parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
                texts = [part.value for part in parts if isinstance(part, ast.Constant)]
                for text in texts:
                    if isinstance(text, str) and re.search("[^\\W\\d_]", BRAND.sub("", text)):
                        bare.append(f"{name_of(path)}:{node.lineno} shows {text!r}")
    assert bare == []


def test_functions_stay_small() -> None:
    assert list(too_large()) == []


def test_a_large_function_is_found(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    long = "def long() -> None:\n" + "    print()\n" * 60
    wide = "def wide(a, b, c, d, *, e, f, g, h): ...\n"
    method = "class A:\n    def fits(self, a, b, c, d, e, f, g): ...\n"
    (tmp_path / "engine" / "odd.py").write_text(long + wide + method)
    assert list(too_large(tmp_path)) == [
        "engine/odd.py:1 long: 61 lines",
        "engine/odd.py:62 wide: 8 parameters",
    ]


def test_no_source_changes_the_search_path() -> None:
    changes = [
        f"{name_of(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.match(r"\s*sys\.path(\[.*\]|\.(insert|append|extend|remove)\(.*|\s*\+)?\s*=?", line)
    ]
    assert changes == []


def test_dataclasses_describe_their_fields_as_attributes() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
        and "Args:" in (ast.get_docstring(node) or "")
    ]
    assert wrong == []


def test_no_layout_is_asked_for_its_items() -> None:
    # PySide keeps the Python object of an item that Qt has deleted. Where a widget then gets the
    # same address, deleting that widget ends the program.
    asked = {"itemAt", "takeAt", "itemAtPosition", "takeRow"}
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in APP
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in asked
    ]
    assert found == []


def test_loggers_have_one_name() -> None:
    getter = re.compile(r"(\w+) = logging\.getLogger\(__name__\)")
    names = {
        match[1]: name_of(path)
        for path in APP
        for match in getter.finditer(path.read_text("utf-8"))
    }
    assert set(names) == {"_log"}, names
