"""Pictures with written wants, read from folders laid out as the shared ones."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.wants import AXES, N_AXES
from wants import pictures as module
from wants.pictures import Described, Picture, read_image, read_pictures

WANTS = "moods,avoid_moods,genres,avoid_genres"
TABLES = {
    "scenes/wants.csv": f"label,{WANTS}\nbeach,calm:1,,reggae:1,metal\n",
    "scenes/images.csv": "file,label,repository\nbeach/a.jpg,beach,o/one\ncave/b.jpg,cave,o/two\n",
    "wants/oasis.csv": f"label,{WANTS},valence,arousal\nDog,playful:1,,,,0.5,0.2\n",
    "oasis/norms.csv": (
        "file,theme,valence_mean,arousal_mean\nDog_3.jpg,Animals 2,6,3\nWar_1.jpg,War 1,1.5,5\n"
    ),
    "wants/wants.csv": f"file,{WANTS},valence,arousal\na.mp4,sad:1,,,,-0.5,0\n",
    "micro_clips/clips.csv": "file,kind,source\na.mp4,vlog,7\n",
    "micro_clips_2/clips.csv": "file,kind,source\nb.mp4,advert,7\n",
    "music_videos/clips.csv": "file,emotion,source\nc.mp4,tender,7\n",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_picture_has_its_label_source_and_wants(data: Path) -> None:
    found = {picture.path.relative_to(data).as_posix(): picture for picture in read_pictures(data)}
    assert {name: (one.set, one.label, one.source) for name, one in found.items()} == {
        "scenes/beach/a.jpg": ("scenes", "beach", "o/one"),
        "scenes/cave/b.jpg": ("scenes", "cave", "o/two"),
        "oasis/Dog_3.jpg": ("oasis", "Dog", "oasis Animals"),
        "oasis/War_1.jpg": ("oasis", "War", "oasis War"),
        "micro_clips/a.mp4": ("micro_clips", "vlog", "micro clips 7"),
        # The same source in both folders.
        "micro_clips_2/b.mp4": ("micro_clips_2", "advert", "micro clips 7"),
        "music_videos/c.mp4": ("music_videos", "tender", "music video 7"),
    }
    known = {name for name, one in found.items() if one.wants is not None}
    assert known == {"scenes/beach/a.jpg", "oasis/Dog_3.jpg", "micro_clips/a.mp4"}
    beach = found["scenes/beach/a.jpg"].wants
    assert beach is not None and beach.values[AXES.index("reggae")] == 1.5
    # Of ratings from 1 to 7, 4 is the middle.
    assert [one.felt for one in found.values()] == [
        None, None, (1.0, -0.5), (-1.25, 0.5), None, None, None,
    ]  # fmt: skip
    assert [one.is_still for one in found.values()] == [True] * 4 + [False] * 3


class BrightnessEncoder:
    """Stands for the picture network: a frame's mean red, green and blue."""

    frame_size = 8
    features_version = "brightness-1"

    def embed(self, frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        return np.asarray(frames.mean(axis=(1, 2)) / 255, np.float32)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_encoder", BrightnessEncoder)


def picture(path: Path, folder: str) -> Picture:
    return Picture(path, folder, "x", "one", None)


@pytest.fixture
def red_image(tmp_path: Path) -> Path:
    path = tmp_path / "red.png"
    pixels = np.zeros((64, 64, 3), np.uint8)
    # With some detail, or there would be nothing to see.
    pixels[:, :32, 0] = 255
    with av.open(str(path), "w", format="image2") as out:
        stream = out.add_stream("png", rate=1)
        stream.width = stream.height = 64
        stream.pix_fmt = "rgb24"
        out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        out.mux(stream.encode(None))
    return path


def test_an_image_is_read_in_its_colours(red_image: Path) -> None:
    pixels = read_image(red_image)
    assert pixels.shape == (64, 64, 3)
    assert pixels[10, 10].tolist() == [255, 0, 0] and pixels[10, 50].tolist() == [0, 0, 0]


@pytest.mark.usefixtures("encoder")
def test_features_are_computed_once(
    red_image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = (picture(red_image, "scenes"), tmp_path / "cache")
    first = module._describe(task)
    assert first.content[0] > 0.3 and first.content[1:] == pytest.approx([0, 0], abs=0.01)
    assert first.is_still

    def fail(*_: object) -> None:
        raise AssertionError("it was computed again")

    monkeypatch.setattr(module, "describe_image", fail)
    again = module._describe(task)
    assert np.array_equal(again.vector, first.vector)
    assert again.version == first.version == "brightness-1"
    # Another network has its own features.
    monkeypatch.setattr(BrightnessEncoder, "features_version", "brightness-2")
    with pytest.raises(AssertionError, match="computed again"):
        module._describe(task)


@pytest.mark.usefixtures("encoder")
def test_a_clip_is_read_as_the_app_reads_it(
    write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    path = write_clip(tmp_path / "a.mp4", n_frames=50)
    found = module._describe((picture(path, "micro_clips"), tmp_path / "cache"))
    # The white bar grows over the whole width.
    assert len(found.embeddings) > 1 and not found.is_still
    assert found.embeddings[-1].min() > found.embeddings[0].max()


def test_unknown_wants_are_no_numbers() -> None:
    one = picture(Path("a"), "scenes")
    described = Described((one, one), ())
    assert described.wants.shape == (2, N_AXES) and np.isnan(described.wants).all()
