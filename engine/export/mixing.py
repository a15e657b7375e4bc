"""Mixes an arrangement to sound, block by block: memory doesn't grow with the clip's length."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.arrangement.automation import gain_curve
from engine.arrangement.gains import PEAK_CEILING_DBTP, linear_gain
from engine.arrangement.segments import Segment
from engine.media.limiter import limit_peaks
from engine.media.waveform import AudioBlock, read_blocks
from engine.progress import Progress
from engine.translation import tr

Samples = npt.NDArray[np.float32]

MIX_RATE_HZ = 48_000
_BLOCK_SAMPLES = 5 * MIX_RATE_HZ
# Resampled sound that starts in the middle of a segment is the same to the sample: it is read from
# a place that falls on a sample at all usual rates, early enough for the resampler's filter.
_READ_GRID = MIX_RATE_HZ // 50
_READ_S = 2.0
_LEAD_IN_SAMPLES = MIX_RATE_HZ // 10


def n_mix_samples(arrangement: Arrangement) -> int:
    """Return the length of everything mixed from the arrangement, in samples at `MIX_RATE_HZ`."""
    return round(arrangement.clip.duration_s * MIX_RATE_HZ)


def first_sample(arrangement: Arrangement, item: MusicItem) -> int:
    """Return the sample of the clip at which a music item starts."""
    return round(arrangement.clip.time_of(item.start_frame) * MIX_RATE_HZ)


def music_blocks(
    arrangement: Arrangement, progress: Progress, first: int = 0, n_samples: int | None = None
) -> Iterator[Samples]:
    """Yield the sum of all music items, cut, faded and level-matched, or an excerpt of it.

    The levels of all music are not in it: the slider, the volume points and the ducking.

    Crossfades are equal-power: gains sin(π/2 · t/T) and cos(π/2 · t/T), whose squares add to 1.

    Args:
        arrangement: what to mix.
        progress: may cancel.
        first: the sample of the clip where the excerpt starts.
        n_samples: its length; None for all up to the end of the clip.

    Returns:
        Blocks float32 (n, 2), in sum as long as the clip or the excerpt; silence where no segment
        plays.
    """
    players = [_ItemPlayer(item, first_sample(arrangement, item)) for item in arrangement.items]
    for start, block in _empty_blocks(arrangement, first, n_samples):
        progress.step(tr("Mixing"), start / MIX_RATE_HZ, arrangement.clip.duration_s)
        for player in players:
            player.add_to(block, start)
        yield block


def item_blocks(item: MusicItem, progress: Progress, n_samples: int) -> Iterator[Samples]:
    """Yield the first samples of one music item at the level of its file, cut and faded."""
    plain = replace(item, match_gain_db=0.0, gain_db=0.0, muted=False)
    player = _ItemPlayer(plain, 0)
    for start in range(0, n_samples, _BLOCK_SAMPLES):
        progress.check()
        block = np.zeros((min(_BLOCK_SAMPLES, n_samples - start), 2), np.float32)
        player.add_to(block, start)
        yield block


def clip_blocks(
    arrangement: Arrangement, progress: Progress, first: int = 0, n_samples: int | None = None
) -> Iterator[Samples]:
    """Yield the clip's own sound as stereo, without its slider.

    The arguments and the blocks are those of `music_blocks`.
    """
    whole = Segment(0.0, 0.0, arrangement.clip.duration_s)
    player = _SegmentPlayer(arrangement.clip.path, whole, 0)
    for start, block in _empty_blocks(arrangement, first, n_samples):
        progress.check()
        player.add_to(block, start)
        yield block


def _empty_blocks(
    arrangement: Arrangement, first: int, n_samples: int | None
) -> Iterator[tuple[int, Samples]]:
    """Yield where each block of an excerpt starts, and silence of its length."""
    n_total = n_mix_samples(arrangement)
    end = n_total if n_samples is None else min(first + n_samples, n_total)
    for start in range(first, end, _BLOCK_SAMPLES):
        yield start, np.zeros((min(_BLOCK_SAMPLES, end - start), 2), np.float32)


def mix_blocks(
    arrangement: Arrangement, progress: Progress, *, with_clip: bool
) -> Iterator[Samples]:
    """Yield the finished sound: music and, when asked, the clip's own, at the user's levels.

    No true peak is above `PEAK_CEILING_DBTP`.

    Args:
        arrangement: what to mix.
        progress: may cancel.
        with_clip: whether the clip has sound that belongs in the mix.
    """
    return limit_peaks(_summed(arrangement, progress, with_clip), MIX_RATE_HZ, PEAK_CEILING_DBTP)


def _summed(arrangement: Arrangement, progress: Progress, with_clip: bool) -> Iterator[Samples]:
    clip_gain = np.float32(linear_gain(arrangement.clip_gain_db))
    music = levelled_music_blocks(arrangement, progress)
    if not (with_clip and clip_gain > 0):
        yield from music
        return
    pairs = zip(music, clip_blocks(arrangement, progress), strict=True)
    yield from (block + clip * clip_gain for block, clip in pairs)


def levelled_music_blocks(arrangement: Arrangement, progress: Progress) -> Iterator[Samples]:
    """Yield the music at the user's level, with its volume points and ducking."""
    music_gain = np.float32(linear_gain(arrangement.music_gain_db))
    points, first = arrangement.gain_points, 0
    for block in music_blocks(arrangement, progress):
        curve = gain_curve(points, first, len(block), MIX_RATE_HZ)
        first += len(block)
        yield block * (curve * music_gain)[:, None]


@dataclass(slots=True)
class _Fades:
    n_samples: int
    n_in: int
    n_out: int

    def gains(self, first: int, n: int) -> Samples:
        index = np.arange(first, first + n, dtype=np.float32) + 0.5
        gain = np.ones(n, np.float32)
        if self.n_in:
            gain *= np.sin(np.pi / 2 * np.clip(index / self.n_in, 0, 1))
        if self.n_out:
            gain *= np.sin(np.pi / 2 * np.clip((self.n_samples - index) / self.n_out, 0, 1))
        return gain[:, None]


class _ItemPlayer:
    """Plays one music item, once, from its start to its end, block by block.

    Args:
        item: the item.
        first: the sample of the clip at which it starts.
    """

    def __init__(self, item: MusicItem, first: int) -> None:
        self._players = [
            _SegmentPlayer(item.track.path, segment, first) for segment in item.segments
        ]
        self._gain = np.float32(item.gain)
        self._first = first
        self._n_samples = max(player.end for player in self._players) - first
        self._fades = _Fades(
            self._n_samples,
            round(item.fade_in_s * MIX_RATE_HZ),
            round(item.fade_out_s * MIX_RATE_HZ),
        )

    def add_to(self, block: Samples, start: int) -> None:
        """Add what falls into `block`, whose first sample is sample `start` of the clip."""
        begin = max(self._first, start)
        end = min(self._first + self._n_samples, start + len(block))
        if end <= begin:
            return
        # The item on its own, since its gain and fades are of its segments' sum.
        part = np.zeros((end - begin, 2), np.float32)
        for player in self._players:
            player.add_to(part, begin)
        part *= self._gain
        part *= self._fades.gains(begin - self._first, end - begin)
        block[begin - start : end - start] += part


class _SegmentPlayer:
    """Plays one segment, once, from its start or from the middle to its end, block by block.

    Args:
        path: the file.
        segment: of it.
        item_first: the sample of the clip at which the segment's item starts.
    """

    def __init__(self, path: Path, segment: Segment, item_first: int) -> None:
        self._path = path
        self._segment = segment
        self._first = item_first + round(segment.item_start_s * MIX_RATE_HZ)
        self.end = item_first + round(segment.item_end_s * MIX_RATE_HZ)
        self._n_samples = self.end - self._first
        self._fades = _Fades(
            self._n_samples,
            round(segment.fade_in_s * MIX_RATE_HZ),
            round(segment.fade_out_s * MIX_RATE_HZ),
        )
        self._n_played = 0
        self._blocks: Iterator[AudioBlock] | None = None
        self._pending = np.zeros((0, 2), np.float32)

    def add_to(self, block: Samples, start: int) -> None:
        """Add what falls into `block`, whose first sample is sample `start` of the clip."""
        begin = max(self._first, start)
        end = min(self._first + self._n_samples, start + len(block))
        if end <= begin:
            return
        if self._blocks is None:
            self._open(begin - self._first)
        gains = self._fades.gains(self._n_played, end - begin)
        block[begin - start : end - start] += self._take(end - begin) * gains
        self._n_played += end - begin
        if self._n_played == self._n_samples:
            # Close the file and free what was read ahead; a long clip has many segments.
            self._blocks = iter(())
            self._pending = self._pending[:0].copy()

    def _open(self, n_played: int) -> None:
        lead_in = min(_LEAD_IN_SAMPLES + n_played % _READ_GRID, n_played)
        self._n_played = n_played
        self._blocks = read_blocks(
            self._path,
            MIX_RATE_HZ,
            2,
            _READ_S,
            start_s=self._segment.track_start_s + (n_played - lead_in) / MIX_RATE_HZ,
            duration_s=(self._n_samples - n_played + lead_in) / MIX_RATE_HZ,
        )
        if lead_in:
            self._take(lead_in)

    def _take(self, n: int) -> Samples:
        assert self._blocks is not None
        parts, n_missing = [], n
        while n_missing:
            if not len(self._pending):
                following = next(self._blocks, None)
                if following is None:
                    # The file is shorter than its header promised: silence keeps the length.
                    parts.append(np.zeros((n_missing, 2), np.float32))
                    break
                self._pending = following.samples
            parts.append(self._pending[:n_missing])
            self._pending = self._pending[n_missing:]
            n_missing -= len(parts[-1])
        return np.concatenate(parts)
