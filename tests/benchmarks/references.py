"""How much "more like this" and "less like this" change a list, and how it still fits the picture.

    python -m tests.benchmarks.references [--clips 24] [--every 3]

For clips from the bundled pack's bank and every third bundled track as the reference, over the
tracks but the reference itself, means of:

- genre: the share of the first ten that have the genre of the reference;
- sound: their cosine with it on the learned axes, the mean of all tracks taken away;
- moods: their cosine with it over the ten moods;
- picture: how far the first ten are above the average of the scores by the picture alone, in
  standard deviations (by the picture's own list, the first line);
- place: where the reference itself is in the list, from 0.

Weights are tried by setting them in `engine.ranking.references`; the lines are for shares of the
weights that ship.
"""

import argparse
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.encoders.active import matching_pack
from engine.encoders.experts import Gaussian, product
from engine.encoders.score_weights import LEARNED, SCALE, STILL
from engine.encoders.wants import N_AXES, WANTED_GENRES, WANTED_MOODS
from engine.library.columns import joined
from engine.library.libraries import Libraries
from engine.ranking import references
from engine.ranking.query import similarity_axes
from engine.ranking.references import KnownReference, Reference, reference_experts

_N_FIRST = 10
# In the precisions of the prior: what content and dynamics of the demo clip have on average.
_CERTAINTY_OF_PICTURE = 0.75
_MOODS = slice(len(WANTED_GENRES), len(WANTED_GENRES) + len(WANTED_MOODS))

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip of the bank as experts see it.

    Attributes:
        wants: of its picture.
        learned: float32 (96,), its place on the learned axes.
    """

    wants: Gaussian
    learned: Float32Array


class Lists:
    """Lists of the bundled tracks for clips of the bank.

    Args:
        n_clips: how many clips.
        every: takes every so many tracks as the reference.
    """

    def __init__(self, n_clips: int, every: int) -> None:
        self.pack, libraries = matching_pack(), Libraries()
        parts = libraries.columns(libraries.of("bundled"), self.pack)
        self.tracks = joined([tracks.take(rows) for tracks, rows in parts])
        self.every = every
        self.learned = similarity_axes(self.tracks.vectors)
        self.usual = np.asarray(self.learned.mean(axis=0), np.float32)
        bank = self.pack.bank[self.pack.bank[:, STILL] == 0]
        chosen = bank[np.linspace(0, len(bank) - 1, n_clips).astype(int)]
        self.clips = [self._clip(query) for query in chosen]

    def _clip(self, query: Float32Array) -> Clip:
        weights, prior = self.pack.weights, self.pack.prior
        gains = np.where(weights.gains > 0, weights.gains, 1)
        wanted = query[:N_AXES] / gains + weights.prior_share * prior.mean
        certainty = _CERTAINTY_OF_PICTURE
        mean = ((1 + certainty) * wanted - prior.mean) / certainty
        factor = Gaussian(mean.astype(np.float32), (certainty * prior.precision).astype(np.float32))
        learned = query[LEARNED]
        length = max(float(np.linalg.norm(learned)), 1e-9)
        return Clip(factor, np.asarray(learned / length, np.float32))

    def scores(self, clip: Clip, row: int | None = None, is_wanted: bool = True) -> Float32Array:
        """Return the scores of all tracks, with a track as the reference or without."""
        prior, factors = self.pack.prior, [clip.wants]
        sound = np.zeros_like(self.usual)
        if row is not None:
            reference = Reference("", is_wanted=is_wanted)
            known = KnownReference(reference, self.tracks.axes[row], self.learned[row])
            (expert,) = reference_experts([known], prior, self.usual).values()
            factors.append(expert.wants)
            sound = expert.sound
        vector = self.pack.weights.query(product(prior, factors), prior, clip.learned)
        vector[LEARNED] += sound
        return np.asarray(self.tracks.vectors @ vector / SCALE, np.float32)

    def measure(self, is_wanted: bool | None) -> str:
        """Return a line; None for lists without a reference."""
        found = []
        special = self.learned - self.usual
        special = special / np.linalg.norm(special, axis=1, keepdims=True)
        moods = self.tracks.axes[:, _MOODS]
        moods = moods / np.maximum(np.linalg.norm(moods, axis=1, keepdims=True), 1e-9)
        for clip in self.clips:
            plain = self.scores(clip)
            by_picture = (plain - plain.mean()) / plain.std()
            for row in range(0, len(self.tracks), self.every):
                scores = plain if is_wanted is None else self.scores(clip, row, is_wanted)
                order = np.argsort(-scores, kind="stable")
                place = int(np.flatnonzero(order == row)[0])
                first = order[order != row][:_N_FIRST]
                is_genre = self.tracks.genres[first] == self.tracks.genres[row]
                values = (
                    is_genre.mean(), (special[first] @ special[row]).mean(),
                    (moods[first] @ moods[row]).mean(), by_picture[first].mean(), place,
                )  # fmt: skip
                found.append(values)
        genre, sound, mood, picture, place = np.mean(found, axis=0)
        return f"{genre:.2f}  {sound:5.2f}  {mood:.2f}  {picture:4.2f}  {place:5.1f}"


def main() -> None:
    """Print the lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=24)
    parser.add_argument("--every", type=int, default=3)
    arguments = parser.parse_args()
    lists = Lists(arguments.clips, arguments.every)
    shipped = references._CERTAINTY, references._SOUND
    print("                    genre  sound  moods picture place")
    print(f"no reference        {lists.measure(None)}")
    for is_wanted, name in ((True, "more"), (False, "less")):
        for certainty, sound in ((1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (1.0, 1.0), (2.0, 2.0)):
            references._CERTAINTY = certainty * shipped[0]
            references._SOUND = sound * shipped[1]
            print(f"{name}, κ·{certainty:.1f}, ρ·{sound:.1f}   {lists.measure(is_wanted)}")


if __name__ == "__main__":
    main()
