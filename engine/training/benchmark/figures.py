"""The benchmark's figures as PNG, drawn from its results files alone."""

from math import nan
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from engine.files import replacing
from engine.training.benchmark.cases import CASES_NAME, Case, Cases
from engine.training.benchmark.results import RESULTS_NAME, Mean, Results
from engine.training.benchmark.sources import TEACHER_WEIGHTS, VALIDATION, teacher_folder
from engine.training.data.given_splits import LATER

_BARS = ("recall@15", "true_ndcg@15", "taste_slope")
_X_PREFIX = "x"
_RECALL = "recall@15"
_DPI = 120
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")


def draw_figures(out: Path, title: str) -> tuple[Path, ...]:
    """Draw every figure that a folder's results allow and return their paths.

    Args:
        out: the folder of the benchmark.
        title: what the data is, shown above every figure.
    """
    results = Results(out / RESULTS_NAME)
    drawn = [
        *(_bars(results, name, title) for name in results.test_sets() if _is_plain(name)),
        _interventions(results, title),
        _teacher_weights(out, title),
        _drift(results, out, title),
    ]
    return tuple(_save(out / name, figure) for name, figure in filter(None, drawn))


def _is_plain(test_set: str) -> bool:
    return test_set != VALIDATION and _strength(test_set) is None


def _strength(test_set: str) -> float | None:
    digits = test_set.removeprefix(_X_PREFIX)
    return int(digits) / 100 if digits != test_set and digits.isdecimal() else None


def _bars(results: Results, test_set: str, title: str) -> tuple[str, Figure] | None:
    fits = [fit for fit in results.fits() if results.mean(*fit, test_set, _RECALL)]
    metrics = [m for m in _BARS if any(results.mean(*fit, test_set, m) for fit in fits)]
    if not fits:
        return None
    figure = _figure(4.2 * len(metrics) + 1.5, 0.26 * len(fits) + 1.6)
    for place, metric in enumerate(metrics):
        axes = figure.add_subplot(1, len(metrics), place + 1)
        for row, (system, data) in enumerate(fits):
            found = results.mean(system, data, test_set, metric)
            if found is not None:
                colour = _COLOURS[0] if data == "ugc" else _COLOURS[1]
                axes.barh(row, found.mean, xerr=found.spread, color=colour)
        names = [f"{system} ({data})" for system, data in fits]
        axes.set_yticks(range(len(fits)), names if place == 0 else [""] * len(fits), fontsize=7)
        axes.invert_yaxis()
        axes.set_xlabel(metric)
        axes.axvline(0, color="black", linewidth=0.6)
    figure.suptitle(f"{test_set}. {title}", fontsize=7)
    return f"bars_{test_set}.png", figure


def _interventions(results: Results, title: str) -> tuple[str, Figure] | None:
    strengths = {
        strength: name for name in results.test_sets() if (strength := _strength(name)) is not None
    }
    if not strengths:
        return None
    figure = _figure(5.5, 4.0)
    axes = figure.add_subplot()
    for fit in results.fits():
        points = [(x, results.mean(*fit, strengths[x], _RECALL)) for x in sorted(strengths)]
        known = [(x, found.mean, _spread(found)) for x, found in points if found is not None]
        if known:
            xs, means, spreads = zip(*known, strict=True)
            axes.errorbar(xs, means, yerr=spreads, marker="o", capsize=2, label=" ".join(fit))
    axes.set_xlabel("intervention strength X")
    axes.set_ylabel(_RECALL)
    axes.legend(fontsize=7)
    figure.suptitle(title, fontsize=7)
    return "intervention_strength.png", figure


def _teacher_weights(out: Path, title: str) -> tuple[str, Figure] | None:
    figure = _figure(5.5, 4.0)
    axes = figure.add_subplot()
    found = {w: Results(out / teacher_folder(w) / RESULTS_NAME) for w in TEACHER_WEIGHTS}
    test_sets = dict.fromkeys(n for r in found.values() for n in r.test_sets() if _is_plain(n))
    for test_set in test_sets:
        means = {w: r.mean("debcm", "ugc+pgc", test_set, _RECALL) for w, r in found.items()}
        known = [(w, one.mean, _spread(one)) for w, one in means.items() if one is not None]
        weights, values, spreads = zip(*known, strict=True)
        axes.errorbar(weights, values, yerr=spreads, marker="o", capsize=2, label=test_set)
    if not test_sets:
        return None
    axes.set_xscale("symlog", linthresh=min(w for w in TEACHER_WEIGHTS if w > 0))
    axes.set_xlabel("weight of the teacher λ")
    axes.set_ylabel(_RECALL)
    axes.legend(fontsize=7)
    figure.suptitle(title, fontsize=7)
    return "teacher_weight.png", figure


def _drift(results: Results, out: Path, title: str) -> tuple[str, Figure] | None:
    """Strips of what each system ranks, best on the left, for uploaders who left their genre."""
    cases = Cases(out / CASES_NAME).cases
    if not cases:
        return None
    test_sets = {case.test_set for case in cases}
    first = [name for name in ("do", LATER) if name in test_sets]
    shown_set = next(name for name in (*first, *results.test_sets()) if name in test_sets)
    seed = min(case.seed for case in cases if case.test_set == shown_set)
    shown = [case for case in cases if case.test_set == shown_set and case.seed == seed]
    queries = list(dict.fromkeys(case.drift.query for case in shown))
    genres = {
        genre
        for case in shown
        for genre in (*case.drift.recommended, case.drift.main, case.drift.chosen)
    }
    colours = {g: _COLOURS[place % len(_COLOURS)] for place, g in enumerate(sorted(genres))}
    n_fits = max(sum(case.drift.query == query for case in shown) for query in queries)
    figure = _figure(4.5 * len(queries), 0.2 * n_fits + 1.4)
    for place, query in enumerate(queries):
        own = [case for case in shown if case.drift.query == query]
        axes = figure.add_subplot(1, len(queries), place + 1)
        _strips(axes, own, colours, with_names=place == 0)
        axes.set_title(f"prefers {own[0].drift.main}, chose {own[0].drift.chosen}", fontsize=8)
    figure.legend(
        handles=[Patch(color=colour, label=genre) for genre, colour in colours.items()],
        loc="outside lower center",
        ncols=len(colours),
        fontsize=7,
    )
    figure.suptitle(f"Taste drift on {shown_set}, first {len(queries)}. {title}", fontsize=7)
    return "taste_drift.png", figure


def _strips(axes: Axes, cases: list[Case], colours: dict[str, str], with_names: bool) -> None:
    for height, case in enumerate(cases):
        for place, genre in enumerate(case.drift.recommended):
            axes.barh(height, 0.9, left=place, height=0.8, color=colours[genre])
    names = [f"{case.system} ({case.data})" if with_names else "" for case in cases]
    axes.set_yticks(range(len(cases)), names, fontsize=7)
    axes.set_xticks([])
    axes.invert_yaxis()


def _spread(mean: Mean) -> float:
    """Return the length of an error bar; NaN draws none."""
    return nan if mean.spread is None else mean.spread


def _figure(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), layout="constrained")


def _save(path: Path, figure: Figure) -> Path:
    with replacing(path) as beside:
        FigureCanvasAgg(figure).print_figure(str(beside), dpi=_DPI, format="png")
    return path
