"""The first five tracks for photographs of twelve scenes, as a table to be judged by reading.

    python -m tests.benchmarks.twelve_scenes DATA [--pack FOLDER] [--pictures 3]

Some pictures of each scene, evenly spaced in the table of the shared data's `scenes`, are ranked as
stills with the bundled library. The bundled pack has learnt from them; `--pack` takes one that
hasn't. For each track: its genre and the moods it was written for, with + where the pictures'
wants, written by a language model, ask for it, - where they avoid it.
"""

import argparse
from pathlib import Path

import numpy as np

from engine.encoders.active import matching_pack
from engine.encoders.matching import MatchingPack
from engine.encoders.visual import VisualEncoder
from engine.encoders.wants import AXES
from engine.ranking.query import make_query
from engine.video.clip_features import describe_image
from tests.benchmarks.fold_packs import Music, scores_of
from wants.pictures import read_image
from wants.tables import Wants, read_rows, read_wants

N_TOP = 5
SCENES = {
    "sea at dusk": ("sea_sunset",),
    "skateboarding": ("skateboarding",),
    "city at night": ("city_street_night", "city_skyline_night"),
    "kitchen": ("cooking_kitchen",),
    "forest in fog": ("misty_forest",),
    "office": ("office_meeting", "desk_laptop_work"),
    "party": ("nightclub_party",),
    "child playing": ("children_toys",),
    "storm": ("storm_clouds", "stormy_sea"),
    "racing car": ("car_racing",),
    "funeral": ("funeral_cemetery",),
    "desert": ("desert",),
}


def spaced(files: list[str], n: int) -> list[str]:
    """Return n files, evenly spaced."""
    rows = np.linspace(0, len(files) - 1, n + 2).round().astype(int)[1:-1]
    return [files[row] for row in rows]


def marked(name: str, wants: Wants) -> str:
    """Return a genre or mood with + where it is wanted, - where it is avoided."""
    axis = AXES.index(name)
    return f"{name}{'+' if wants.weights[axis] > 0 else '-' if wants.avoided[axis] else ''}"


class Ranker:
    """Ranks the bundled library for photographs.

    Args:
        pack: the matching pack.
        written: rows of library.csv by the file's name.
    """

    def __init__(self, pack: MatchingPack, written: dict[str, dict[str, str]]) -> None:
        self._pack, self._written = pack, written
        self._library = Music.bundled()
        self._tracks = self._library.vectors(pack)
        self._encoder = VisualEncoder.load(n_threads=1)

    def row(self, path: Path, wants: Wants) -> str:
        """Return a picture's row of the table: what is seen, and the first five tracks."""
        reading = self._pack.read_clip(describe_image(read_image(path), self._encoder))
        query = make_query(self._pack, reading).vector[None]
        scores = scores_of(self._pack, query, self._tracks)
        order = self._library.orders(scores, self._tracks)[0, :N_TOP]
        entries = []
        for index in order:
            track = self._written[self._library.files[index]]
            words = [track["genre"], *track["moods"].split(";")]
            about = ", ".join(marked(word, wants) for word in words)
            entries.append(f"{track['title']} ({about})")
        seen = ", ".join(f"{word} {share:.2f}" for word, share in reading.scenes[:2])
        return f"{path.stem}: {seen} | {'; '.join(entries)}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--pack", type=Path)
    parser.add_argument("--pictures", type=int, default=3, help="of each class")
    arguments = parser.parse_args()
    folder = arguments.data / "scenes"
    wants = read_wants(folder / "wants.csv", "label")
    written = {row["file"]: row for row in read_rows(arguments.data / "wants/library.csv")}
    rows = read_rows(folder / "images.csv")
    ranker = Ranker(matching_pack(arguments.pack), written)
    print("| scene | picture: seen | first five |\n|---|---|---|")
    for scene, labels in SCENES.items():
        for label in labels:
            files = [row["file"] for row in rows if row["label"] == label]
            for file in spaced(files, arguments.pictures):
                print(f"| {scene} | {ranker.row(folder / file, wants[label])} |", flush=True)


if __name__ == "__main__":
    main()
