"""What the user ruled out, and which wish left nothing."""

from collections.abc import Callable, Sequence

from engine.errors import InputError
from engine.library.tracks import Track
from engine.translation import tr

# Above this, the tagger heard a singing voice more often than not.
VOCALS_FROM = 0.5


def keep_wanted(
    tracks: Sequence[Track],
    *,
    genres: Sequence[str] = (),
    bpm: tuple[float, float] | None = None,
    no_vocals: bool = False,
) -> list[int]:
    """Return the indexes of the tracks that pass every filter.

    Args:
        tracks: the candidates.
        genres: keep only these; empty for all.
        bpm: lowest and highest tempo, both included; None for all.
        no_vocals: keep only instrumental tracks.

    Raises:
        InputError: when nothing is left; it names the filter that took the last ones.
    """
    kept = list(range(len(tracks)))
    wanted = frozenset(genres)
    filters: list[tuple[bool, Callable[[Track], bool], str]] = [
        (
            bool(wanted),
            lambda track: track.genre in wanted,
            tr("the genre {genres}").format(genres=", ".join(genres)),
        ),
        (
            bpm is not None,
            lambda track: track.profile.bpm is not None and _within(track.profile.bpm, bpm),
            tr("the tempo {range} BPM").format(
                range="" if bpm is None else f"{bpm[0]:g}-{bpm[1]:g}"
            ),
        ),
        (
            no_vocals,
            lambda track: track.profile.vocals is not None and track.profile.vocals < VOCALS_FROM,
            tr("no vocals"),
        ),
    ]
    used = []
    for active, passes, name in filters:
        if not active:
            continue
        used.append(name)
        kept = [index for index in kept if passes(tracks[index])]
        if not kept:
            raise _nothing_left(used, len(tracks))
    return kept


def check_genres(genres: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the genres in the library's own spelling, each once.

    Raises:
        InputError: when one isn't known; it names those that are.
    """
    spelt = {_letters(name): name for name in known}
    checked = []
    for genre in genres:
        name = spelt.get(_letters(genre))
        if name is None:
            raise InputError(
                tr("“{genre}” is no genre of the library.").format(genre=genre),
                remedy=tr("The genres are: {genres}.").format(genres=", ".join(known)),
            )
        checked.append(name)
    return tuple(dict.fromkeys(checked))


def _letters(genre: str) -> str:
    # "Hip Hop", "hiphop" and "hip_hop" are all meant as "hip-hop".
    return "".join(character for character in genre.lower() if character.isalnum())


def _within(bpm: float, limits: tuple[float, float] | None) -> bool:
    # A shown tempo is a whole number: 89.6 is shown as 90 and belongs to 90-120.
    return limits is None or limits[0] - 0.5 <= bpm <= limits[1] + 0.5


def _nothing_left(used: list[str], n_tracks: int) -> InputError:
    if len(used) == 1:
        problem = tr("none of the {n} tracks passes the filter “{last}”.").format(
            n=n_tracks, last=used[-1]
        )
    else:
        problem = tr(
            "no track is left: the filter “{last}” took the last after “{others}”."
        ).format(last=used[-1], others=tr("” and “").join(used[:-1]))
    return InputError(problem, remedy=tr("Loosen it, or add more music to the library."))
