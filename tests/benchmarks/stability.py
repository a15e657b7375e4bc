"""Whether a clip keeps its list when it is re-encoded, cropped, mirrored or halved.

    python -m tests.benchmarks.stability DATA [--clips 40] [--pack FOLDER]

Clips of micro_clips and music_videos, evenly spaced in their tables, are analysed and ranked as
`soundbed recommend` does, with the bundled library: once as they are, and once each re-encoded
(H.264, crf 35), cropped from their middle to the other orientation, and mirrored; the first half is
compared with the second. Printed is the share of the top ten that stays, and how often the first
track does. The bundled pack has learnt from these clips, though not from the changed ones.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import numpy.typing as npt

from engine.library.libraries import Libraries
from engine.progress import silent
from engine.stories.analyse import analyse_clip
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import recommend
from wants.tables import read_rows

SETS = {"micro_clips": 0.625, "music_videos": 0.375}
N_TOP = 10
_FAITHFUL_CRF, _COARSE_CRF = "18", "35"

Frames = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A decoded clip.

    Attributes:
        frames: uint8 (n, h, w, 3) RGB, of one size.
        rate: frames per second.
    """

    frames: Frames
    rate: int

    @classmethod
    def read(cls, path: Path) -> "Film":
        """Decode a clip."""
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
            return cls(np.stack(frames), round(float(stream.average_rate or 15)))

    def write(self, path: Path, crf: str) -> None:
        """Encode it as H.264."""
        height, width = self.frames.shape[1:3]
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=self.rate)
            stream.width, stream.height, stream.pix_fmt = width // 2 * 2, height // 2 * 2, "yuv420p"
            stream.options = {"crf": crf, "preset": "veryfast"}
            for pixels in self.frames:
                even = np.ascontiguousarray(pixels[: stream.height, : stream.width])
                container.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
            container.mux(stream.encode())

    def changed(self) -> Iterator[tuple[str, "Film", str]]:
        """Yield the name of each change, the changed clip and how coarsely it is encoded."""
        n = len(self.frames)
        yield "crf 35", self, _COARSE_CRF
        yield "cropped", Film(crop(self.frames), self.rate), _FAITHFUL_CRF
        yield "mirrored", Film(self.frames[:, :, ::-1], self.rate), _FAITHFUL_CRF
        yield "first half", Film(self.frames[: n // 2], self.rate), _FAITHFUL_CRF
        yield "second half", Film(self.frames[n // 2 :], self.rate), _FAITHFUL_CRF


def crop(frames: Frames) -> Frames:
    """Return the middle of frames (n, h, w, 3) in the other orientation, with sides swapped."""
    height, width = frames.shape[1:3]
    if height > width:
        cut = round(width * width / height)
        top = (height - cut) // 2
        return frames[:, top : top + cut]
    cut = round(height * height / width)
    left = (width - cut) // 2
    return frames[:, :, left : left + cut]


def shared(first: list[str], second: list[str]) -> float:
    """Return the share of the first list's tracks that are in the second one."""
    return len(set(first) & set(second)) / len(first)


def top_ten(path: Path, pack: Path | None, libraries: Libraries) -> list[str]:
    """Return the names of the first ten tracks for a clip."""
    options = RankingOptions(top=N_TOP, pack=pack)
    ranked = recommend(analyse_clip(path, silent(), pack), options, silent(), libraries)
    return [item.track.path.name for item in ranked.items]


def spaced(data: Path, n_clips: int) -> list[Path]:
    """Return clips of both sets, evenly spaced in their tables."""
    chosen = []
    for name, share in SETS.items():
        files = [row["file"] for row in read_rows(data / name / "clips.csv")]
        rows = np.linspace(0, len(files) - 1, round(n_clips * share)).round().astype(int)
        chosen += [data / name / files[row] for row in rows]
    return chosen


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--pack", type=Path)
    arguments = parser.parse_args()
    kept, first = defaultdict(list), defaultdict(list)
    with TemporaryDirectory() as name:
        folder = Path(name)
        # No own music, and nothing of the user's is touched.
        os.environ["SOUNDBED_HOME"] = str(folder / "home")
        libraries = Libraries()
        for clip in spaced(arguments.data, arguments.clips):
            lists = {"as it is": top_ten(clip, arguments.pack, libraries)}
            for change, film, crf in Film.read(clip).changed():
                path = folder / "changed.mp4"
                film.write(path, crf)
                lists[change] = top_ten(path, arguments.pack, libraries)
            pairs = {change: ("as it is", change) for change in ("crf 35", "cropped", "mirrored")}
            for change, (one, other) in (pairs | {"halves": ("first half", "second half")}).items():
                kept[change].append(shared(lists[one], lists[other]))
                first[change].append(lists[one][0] == lists[other][0])
    print(f"{len(kept['crf 35'])} clips; share of the top ten that stays (first track the same)")
    for change, shares in kept.items():
        print(f"{change:10} {np.mean(shares):.3f} ({np.mean(first[change]):.2f}), "
              f"worst {np.min(shares):.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
