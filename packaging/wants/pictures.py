"""Pictures with written wants: scenes, OASIS and real clips, with their features.

Their folders are described in the data's own README; none of it is part of the project.
"""

import io
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from engine import files
from engine.encoders.visual import VisualEncoder
from engine.encoders.wants import N_AXES
from engine.media.probe import probe_video
from engine.progress import silent
from engine.video.clip_features import VideoFeatures, describe_image, describe_video
from engine.video.views import N_VIEWS
from wants.tables import Wants, read_rows, read_wants

CLIP_SETS = ("micro_clips", "micro_clips_2", "music_videos")
STILL_SETS = ("scenes", "oasis")

# Most of the means lie within two points of the middle.
_MIDDLE, _RATING_UNIT = 4.0, 2.0

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A still or a clip.

    Attributes:
        path: the file.
        set: name of its folder.
        label: scene class, theme, or kind of clip.
        source: pictures of one source never stand on both sides of a split.
        wants: None where none were written.
        felt: valence and arousal as people rated them, on the scale of the wants; None where
            nobody did.
    """

    path: Path
    set: str
    label: str
    source: str
    wants: Wants | None
    felt: tuple[float, float] | None = None

    @property
    def is_still(self) -> bool:
        """Whether it is a photograph."""
        return self.set in STILL_SETS


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """Pictures and their features.

    Attributes:
        pictures: n of them.
        features: of each.
        wants: float64 (n, 26), the values that experts learn; not a number where unknown.
    """

    pictures: tuple[Picture, ...]
    features: tuple[VideoFeatures, ...]

    @property
    def wants(self) -> npt.NDArray[np.float64]:
        """Values along the axes (n, 26); NaN where none were written."""
        unknown = np.full(N_AXES, np.nan)
        return np.stack([unknown if p.wants is None else p.wants.values for p in self.pictures])


def read_pictures(data: Path) -> tuple[Picture, ...]:
    """Return all pictures of the data's folder."""
    scenes = read_wants(data / "scenes/wants.csv", "label")
    themes = read_wants(data / "wants/oasis.csv", "label")
    clips = read_wants(data / "wants/wants.csv", "file")
    found = [
        Picture(
            data / "scenes" / row["file"],
            "scenes",
            row["label"],
            row["repository"],
            scenes.get(row["label"]),
        )
        for row in read_rows(data / "scenes/images.csv")
    ]
    for row in read_rows(data / "oasis/norms.csv"):
        label = re.sub(r"_\d+\.jpg$", "", row["file"])
        theme = row["theme"].rstrip(" 0123456789")
        found.append(
            Picture(
                data / "oasis" / row["file"],
                "oasis",
                label,
                f"oasis {theme}",
                themes.get(label),
                _felt(row),
            )
        )
    for name in CLIP_SETS:
        # A source number means the same in both folders of micro-clips.
        group = "music video" if name == "music_videos" else "micro clips"
        for row in read_rows(data / name / "clips.csv"):
            kind = row.get("kind") or row["emotion"]
            found.append(
                Picture(
                    data / name / row["file"],
                    name,
                    kind,
                    f"{group} {row['source']}",
                    clips.get(row["file"]),
                )
            )
    return tuple(found)


def _felt(row: dict[str, str]) -> tuple[float, float]:
    """Return OASIS's mean ratings, from 1 to 7, as about -1 to 1."""
    valence, arousal = float(row["valence_mean"]), float(row["arousal_mean"])
    return (valence - _MIDDLE) / _RATING_UNIT, (arousal - _MIDDLE) / _RATING_UNIT


def describe_pictures(
    pictures: Iterable[Picture], cache_folder: Path, n_jobs: int = 2
) -> Described:
    """Return the pictures with their features, from the cache where they are in it.

    Raises:
        MediaError: when a file can't be read.
    """
    pictures = tuple(pictures)
    with ProcessPoolExecutor(n_jobs) as pool:
        tasks = [(one, cache_folder) for one in pictures]
        features = tuple(pool.map(_describe, tasks, chunksize=16))
    return Described(pictures, features)


def read_image(path: Path) -> npt.NDArray[np.uint8]:
    """Return the pixels of an image file, uint8 (h, w, 3) RGB."""
    with av.open(str(path)) as container:
        pixels = next(container.decode(video=0)).to_ndarray(format="rgb24")
    return np.asarray(pixels, np.uint8)


def _describe(task: tuple[Picture, Path]) -> VideoFeatures:
    picture, folder = task
    version = _encoder().features_version
    entry = folder / f"{version}-{N_VIEWS}" / picture.set / f"{'-'.join(_name(picture))}.npz"
    if entry.is_file():
        with np.load(io.BytesIO(entry.read_bytes()), allow_pickle=False) as archive:
            return VideoFeatures.from_arrays(dict(archive), version)
    if picture.is_still:
        features = describe_image(read_image(picture.path), _encoder())
    else:
        features, _ = describe_video(probe_video(picture.path), _encoder(), silent())
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **features.to_arrays())
    files.write_bytes(entry, buffer.getvalue())
    return features


def _name(picture: Picture) -> tuple[str, str]:
    return picture.path.parent.name, picture.path.stem


@cache
def _encoder() -> VisualEncoder:
    return VisualEncoder.load(n_threads=1)
