from pathlib import Path

import pytest

from engine.errors import InputError
from engine.training.benchmark.results import COLUMNS, Results, Row


def row(value: float, seed: int = 0, test_set: str = "do", metric: str = "recall@15") -> Row:
    return Row("cmvae", "ugc", seed, test_set, metric, value)


def test_rows_come_back(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    Results(path).add([row(0.5), row(0.25, metric="ndcg@15")])
    assert path.read_text() == (
        "system,data,seed,test_set,metric,value\n"
        "cmvae,ugc,0,do,recall@15,0.5\ncmvae,ugc,0,do,ndcg@15,0.25\n"
    )
    assert Results(path).rows == (row(0.5), row(0.25, metric="ndcg@15"))


def test_mean_and_spread_over_seeds(tmp_path: Path) -> None:
    results = Results(tmp_path / "results.csv")
    results.add([row(0.2), row(0.4, seed=1)])
    found = results.mean("cmvae", "ugc", "do", "recall@15")
    assert found is not None
    assert found.mean == pytest.approx(0.3)
    assert found.n_seeds == 2 and str(found) == "0.300 ± 0.141"
    results.add([row(0.2, metric="ndcg@15")])
    single = results.mean("cmvae", "ugc", "do", "ndcg@15")
    assert single is not None and single.spread is None and str(single) == "0.200"
    assert found.spread == pytest.approx(0.1 * 2**0.5)
    assert results.mean("cmvae", "ugc", "x50", "recall@15") is None


def test_a_fit_measured_again_replaces_its_rows(tmp_path: Path) -> None:
    results = Results(tmp_path / "results.csv")
    results.add([row(0.2), row(0.3, test_set="diverse")])
    results.add([row(0.4)])
    assert results.rows == (row(0.3, test_set="diverse"), row(0.4))
    assert results.is_finished("cmvae", "ugc", 0, ("do", "diverse"))
    assert not results.is_finished("cmvae", "ugc", 0, ("do", "x50"))
    assert not results.is_finished("cmvae", "ugc", 1, ("do",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b\n1,2\n",
        ",".join(COLUMNS) + "\ncmvae,ugc,0,do,recall@15\n",
        ",".join(COLUMNS) + "\ncmvae,ugc,zero,do,recall@15,0.5\n",
        ",".join(COLUMNS) + "\ncmvae,ugc,0,do,recall@15,nan\n",
        ",".join(COLUMNS) + "\ncmvae,both,0,do,recall@15,0.5\n",
        ",".join(COLUMNS) + "\ncmvae,ugc,0,do,recall@15,0.",
        "\x00\xff",
    ],
)
def test_a_damaged_or_foreign_file_is_an_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(
        InputError, match=r"results\.csv.*contains no benchmark results.*Choose another folder"
    ):
        Results(path)
    assert path.read_text(encoding="latin-1") == text
