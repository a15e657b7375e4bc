"""Which packets of a clip must be decoded to get the wanted frames exactly."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

N_SAMPLES_MIN = 8
N_SAMPLES_MAX = 128
SAMPLE_SPACING_S = 1.0
# Motion is measured at least this often.
MOTION_SPACING_S = 0.2


@dataclass(frozen=True, slots=True)
class PacketTable:
    """A clip's packets in decoding order.

    Attributes:
        shown: int64 (n,), display times in units of the stream's time base.
        is_key: bool (n,), keyframes: decoding can start there.
    """

    shown: npt.NDArray[np.int64]
    is_key: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.shown.shape != self.is_key.shape or len(self.shown) == 0:
            raise ValueError("a packet table has one entry for each packet, and at least one")


@dataclass(frozen=True, slots=True)
class Schedule:
    """What to do with each packet, in decoding order.

    Attributes:
        send: bool (n,), the decoder needs it.
        wanted: bool (n,), its frame is wanted.
        restart: bool (n,), the decoder is flushed first, since packets were left out.
        samples: int64 (k,), display times of the sampled frames, ascending, without repeats.
    """

    send: npt.NDArray[np.bool_]
    wanted: npt.NDArray[np.bool_]
    restart: npt.NDArray[np.bool_]
    samples: npt.NDArray[np.int64]


def sample_times(duration_s: float) -> npt.NDArray[np.float64]:
    """Return the middles of equal parts, one a second, at least 8 and at most 128."""
    n = int(np.clip(round(duration_s / SAMPLE_SPACING_S), N_SAMPLES_MIN, N_SAMPLES_MAX))
    return (np.arange(n) + 0.5) * duration_s / n


def plan_decoding(
    table: PacketTable, sample_ticks: npt.NDArray[np.float64], motion_tick: float | None
) -> Schedule:
    """Choose the packets that are needed for the frames shown at the ticks.

    A frame needs the packets of its group (from one keyframe to the next) up to its own. Motion
    also uses the frames that others refer to, since those are decoded anyway: whole groups are
    sent, unless every frame is a keyframe, when only the wanted ones are.

    Args:
        table: all packets.
        sample_ticks: (k,) times in units of the time base.
        motion_tick: spacing of the motion frames in those units; None for no motion.
    """
    order = np.argsort(table.shown, kind="stable")
    shown = table.shown[order]
    sampled = order[_shown_at(shown, sample_ticks)]
    wanted = np.zeros(len(order), bool)
    wanted[sampled] = True
    group = np.maximum(np.cumsum(table.is_key) - 1, 0)
    n_groups = int(group[-1]) + 1
    n_in_group = np.bincount(group, minlength=n_groups)
    last_wanted = np.full(n_groups, -1)
    if motion_tick is not None:
        grid = np.arange(shown[0], shown[-1] + 1, max(motion_tick, 1.0))
        wanted[order[_shown_at(shown, grid)]] = True
        last = np.cumsum(n_in_group) - 1
        last_wanted[n_in_group > 1] = last[n_in_group > 1]
    np.maximum.at(last_wanted, group[wanted], np.flatnonzero(wanted))
    _complete_open_groups(table, group, wanted, last_wanted)
    send = np.arange(len(order)) <= last_wanted[group]
    # Where every frame is a keyframe, leaving some out doesn't disturb the decoder.
    restart = np.zeros(len(order), bool)
    restart[1:] = send[1:] & ~send[:-1] & ~table.is_key[:-1]
    return Schedule(send, wanted, restart, np.unique(table.shown[sampled]))


def _shown_at(shown: npt.NDArray[np.int64], ticks: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    return np.maximum(np.searchsorted(shown, ticks, side="right") - 1, 0)


def _complete_open_groups(
    table: PacketTable,
    group: npt.NDArray[np.intp],
    wanted: npt.NDArray[np.bool_],
    last_wanted: npt.NDArray[np.int_],
) -> None:
    # Frames shown before their own keyframe also refer to the group before it.
    firsts = np.flatnonzero(np.diff(group, prepend=-1))
    leads = wanted & (table.shown < table.shown[firsts[group]])
    for opened in np.unique(group[leads]):
        if opened > 0:
            last_wanted[opened - 1] = firsts[opened] - 1
