from pathlib import Path

from engine.training.benchmark.results import Results, Row
from engine.training.benchmark.sources import strength_folder, teacher_folder
from engine.training.benchmark.tables import as_markdown, write_tables


def test_markdown_by_hand() -> None:
    assert as_markdown(("a", "long"), [("wide", "x")]) == (
        "| a    | long |\n|------|------|\n| wide | x    |"
    )


def rows(value: float, seed: int = 0, test_set: str = "do") -> list[Row]:
    return [
        Row("debcm", "ugc+pgc", seed, test_set, metric, value)
        for metric in ("recall@15", "true_ndcg@15", "taste_slope")
    ]


def test_mean_and_spread_are_in_the_table(tmp_path: Path) -> None:
    Results(tmp_path / "results.csv").add([*rows(0.2), *rows(0.4, seed=1), *rows(0.9, 0, "x50")])
    text = write_tables(tmp_path, "Simulated data, not real.").read_text()
    assert text.startswith("Simulated data, not real.\n")
    assert "| debcm  | ugc+pgc | 0.300 ± 0.141 | 0.300 ± 0.141 | 0.300 ± 0.141 |" in text
    assert "## x50" in text and "| 0.900" in text and "0.900 ±" not in text
    assert "Mean ± standard deviation over seeds" in text
    assert "Strength" not in text


def test_the_sweep_has_its_own_table(tmp_path: Path) -> None:
    Results(tmp_path / "results.csv").add(rows(0.2))
    Results(tmp_path / strength_folder(0.5, 2.0) / "results.csv").add(rows(0.7))
    text = write_tables(tmp_path, "Simulated.").read_text()
    assert "| 0.5      | 2      | debcm  | ugc+pgc | 0.700     |" in text
    assert "| 1        | 1      | debcm  | ugc+pgc | 0.200     |" in text


def test_every_figure_is_drawn(tmp_path: Path) -> None:
    from engine.training.benchmark.cases import Case, Cases, Drift
    from engine.training.benchmark.figures import draw_figures

    Results(tmp_path / "results.csv").add(
        [row for name in ("do", "x50", "x80") for row in rows(0.2, 0, name)]
    )
    Results(tmp_path / teacher_folder(0.1) / "results.csv").add(rows(0.4))
    drift = Drift("7", "jazz", "pop", ("pop", "jazz", "pop"))
    Cases(tmp_path / "drift.csv").add([Case("debcm", "ugc+pgc", 0, "do", drift)])
    again = Cases(tmp_path / "drift.csv").cases
    assert again == [Case("debcm", "ugc+pgc", 0, "do", drift)]
    paths = draw_figures(tmp_path, "Simulated.")
    assert [path.name for path in paths] == [
        "bars_do.png", "intervention_strength.png", "teacher_weight.png", "taste_drift.png",
    ]  # fmt: skip
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert all(path.stat().st_size > 3_000 for path in paths)


def test_only_what_was_measured_is_drawn(tmp_path: Path) -> None:
    from engine.training.benchmark.figures import draw_figures

    Results(tmp_path / "results.csv").add(rows(0.2))
    assert [path.name for path in draw_figures(tmp_path, "Simulated.")] == ["bars_do.png"]
