"""Settings: what a file may contain, and what takes precedence."""

from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError
from engine.training.method.training_config import TrainingConfig, config_of


def test_a_file_sets_what_it_names_and_options_take_precedence(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('n_epochs = 7\nlearning_rate = 1\nsampling = "epoch"\nseed = 3\n')
    assert config_of(path, {"seed": 5}) == TrainingConfig(
        n_epochs=7, learning_rate=1, sampling="epoch", seed=5
    )
    assert config_of(None, {}) == TrainingConfig()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n_epoch = 7", r"no setting “n_epoch”. Did you mean “n_epochs”\?"),
        ("colour = 7", r"no setting “colour”. Choose from n_latent, "),
        ("[training]\nn_epochs = 7", "no setting “training”"),
        ("n_epochs = 7.5", "“n_epochs” must be a whole number"),
        ("n_epochs = true", "“n_epochs” must be a whole number"),
        ("erase_taste = 1", "“erase_taste” must be true or false"),
        ('margin = "0.1"', "“margin” must be a number"),
        ("device = 1", "“device” must be text"),
        ("margin = nan", "“margin” must be finite"),
        ("noise = -1.0", "“noise” can't be negative"),
        ("learning_rate = 0.0", "learning rate above 0"),
        ("batch_size = 0", "sizes of at least 1"),
        ("dropout = 1.0", "between 0 and 1"),
        ('sampling = "all"', "“sampling” can't be “all”. Choose from weighted, epoch"),
        ('device = "gpu"', "“device” can't be “gpu”. Choose from auto, cpu, cuda"),
        ("n_epochs", "can't be read"),
        ("n_epochs = 1\nn_epochs = 2", "can't be read"),
    ],
)
def test_wrong_settings_in_a_file_are_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        config_of(path, {})
    assert caught.value.path == path


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_what_is_no_file_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"mine\.toml.*can't be read"):
        config_of(path, {})


def test_a_bad_option_isnt_blamed_on_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("seed = 3")
    with pytest.raises(InputError, match="at least one epoch") as caught:
        config_of(path, {"n_epochs": 0})
    assert caught.value.path is None


@pytest.mark.parametrize("chosen", [{"n_members": 0}, {"seed": -1}, {"patience": 0}])
def test_options_out_of_range(chosen: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        config_of(None, chosen)
