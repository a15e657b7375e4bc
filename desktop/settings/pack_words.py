"""Matching packs in words."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from desktop.deciding.words import date_text
from desktop.pack_session import PackListing
from engine.errors import display_path
from engine.stories.known_packs import KnownPack
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.training.compare_packs import PackComparison

# Measured: .6 ms of processor time, 1.2 ms with the database.
_S_TO_EMBED = 0.0015
_MINUTE_S = 60
_MAX_NAMED = 3


def place_text(pack: KnownPack) -> str:
    """Return where a pack is from."""
    return {"bundled": tr("bundled"), "models": tr("yours"), "elsewhere": tr("elsewhere")}[
        pack.place
    ]


def made_on(pack: KnownPack) -> str:
    """Return the day on which a pack was written, "" where it isn't known or says nothing."""
    if pack.made_at is None or pack.place == "bundled":
        # The day of the installation.
        return ""
    try:
        return date_text(datetime.fromtimestamp(pack.made_at, UTC).isoformat())
    except (ValueError, OverflowError, OSError):
        return ""


def state_text(pack: KnownPack) -> str:
    """Return whether a pack is used, and can be."""
    states = []
    if pack.in_use:
        states.append(tr("in use"))
    if pack.problem:
        states.append(tr("unusable"))
    elif pack.candidate:
        states.append(tr("candidate"))
    return ", ".join(states)


def in_use_text(pack: KnownPack) -> str:
    """Return the pack in use, in a sentence or two."""
    if pack.problem:
        text = tr("“{pack}” can't be used: {reason}")
        return text.format(pack=pack.id, reason=pack.problem)
    if pack.place == "bundled":
        return tr("With the pack that comes with Soundbed, “{pack}”").format(pack=pack.id)
    day = made_on(pack)
    text = tr("With your pack “{pack}” of {day}") if day else tr("With your pack “{pack}”")
    return text.format(pack=pack.id, day=day)


def details_text(pack: KnownPack, listing: PackListing) -> str:
    """Return all that is known of a pack, a paragraph for each."""
    parts = []
    if pack.problem:
        parts.append(tr("It can't be used: {reason}").format(reason=pack.problem))
    elif pack.in_use:
        parts.append(tr("Music is ranked with this pack."))
    if pack.candidate:
        # The reason says how it compares.
        parts.append(tr("Only a candidate: {reason}").format(reason=pack.candidate))
    else:
        parts.append(listing.compared.get(pack.folder, ""))
    n_tracks = listing.n_to_embed.get(pack.folder, 0)
    if n_tracks and not pack.in_use:
        text = trn(
            "{n} track of yours is embedded for it before it is used: {time}.",
            "{n} tracks of yours are embedded for it before it is used: {time}.",
            n_tracks,
        )
        parts.append(text.format(n=n_tracks, time=_duration(n_tracks * _S_TO_EMBED)))
    if pack.training_data:
        parts.append(tr("Learnt from: {data}").format(data=pack.training_data))
    if pack.seen is not None and pack.seen.n_clips:
        n_clips = pack.seen.n_clips
        text = trn(
            "It names {n} clip that it learnt from, which doesn't count in comparisons.",
            "It names {n} clips that it learnt from, which don't count in comparisons.",
            n_clips,
        )
        parts.append(text.format(n=n_clips))
    parts.append(display_path(pack.folder))
    return "\n\n".join(filter(None, parts))


def comparison_text(comparison: "PackComparison") -> str:
    """Return what a comparison found, a paragraph for each."""
    first, second = comparison.names
    verdict = {
        "better": tr("“{second}” is better than “{first}”."),
        "worse": tr("“{second}” is worse than “{first}”."),
        "unknown": tr("It isn't known whether “{second}” is better or worse than “{first}”."),
    }[comparison.verdict]
    ranks = tr(
        "On average, your choice is at {before} % of the list with “{first}”, at {after} % with "
        "“{second}” (0 % is first, chance is 50 %)."
    )
    parts = [
        verdict.format(first=first, second=second),
        comparison.change,
        ranks.format(
            before=round(100 * comparison.first.mean_rank),
            after=round(100 * comparison.second.mean_rank),
            first=first,
            second=second,
        ),
    ]
    if comparison.n_seen:
        text = trn(
            "{n} choice was left out, because a pack has learnt from its clip.",
            "{n} choices were left out, because a pack has learnt from their clips.",
            comparison.n_seen,
        )
        parts.append(text.format(n=comparison.n_seen))
    parts += comparison.notes
    skipped = comparison.skipped
    parts += [f"{display_path(path)}: {reason}" for path, reason in skipped[:_MAX_NAMED]]
    n_more = len(skipped) - _MAX_NAMED
    if n_more > 0:
        text = trn(
            "and {n} more file that can't be used", "and {n} more files that can't be used", n_more
        )
        parts.append(text.format(n=n_more))
    return "\n\n".join(parts)


def _duration(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return tr("less than a minute")
    minutes = round(seconds / _MINUTE_S)
    return trn("about {n} minute", "about {n} minutes", minutes).format(n=minutes)
