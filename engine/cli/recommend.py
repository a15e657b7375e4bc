"""`soundbed recommend CLIP`: the ranked list, or one for each scene, as a table or as JSON."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.ranking_options import add_ranking_options, ranking_options
from engine.cli.references import with_references
from engine.cli.shared_options import add_json_option
from engine.cli.times import add_part_options, clip_part
from engine.ranking.sort_keys import SORT_KEYS, Sort
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.ranking.query import ClipWants
    from engine.stories.analyse import ClipAnalysis
    from engine.stories.ranking_options import RankingOptions
    from engine.stories.recommend import Recommendation, Recommendations
    from engine.stories.scenes import SceneRecommendations
    from engine.stories.words import RankedByWords, RankedTrack

_N_SCENE_WORDS = 5


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "recommend",
        help=tr("rank music for a clip"),
        description=tr(
            "Ranks the tracks of the library, or of a folder, for a clip, for words, or for both."
        ),
        allow_abbrev=False,
    )
    parser.add_argument(
        "clip",
        metavar=tr("CLIP"),
        nargs="?",
        type=Path,
        help=tr("the video file, a picture, or a folder of photographs; not needed with --text"),
    )
    add_ranking_options(parser)
    parser.add_argument(
        "--top", type=int, default=20, metavar="N", help=tr("length of the list (default: 20)")
    )
    parser.add_argument(
        "--sort",
        choices=[key.name for key in SORT_KEYS],
        default="fit",
        help=tr("what the list is sorted by (default: fit)"),
    )
    parser.add_argument("--reverse", action="store_true", help=tr("the other way around"))
    add_part_options(parser)
    parser.add_argument(
        "--scenes", action="store_true", help=tr("rank for each scene of the clip by itself")
    )
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Analyse the clip, rank, and print the list."""
    from engine.cli.terminal import TerminalProgress, print_json, warn
    from engine.stories.analyse import analyse_clip_isolated
    from engine.stories.candidates import with_known_filters
    from engine.stories.recommend import recommend
    from engine.stories.scenes import recommend_scenes

    options = ranking_options(arguments, arguments.top)
    options = replace(options, sort=Sort(arguments.sort, arguments.reverse))
    # Wrong options are reported before the slow analysis of the clip.
    options = with_known_filters(options)
    if arguments.clip is None:
        return _run_by_words(arguments, options)
    with TerminalProgress() as progress:
        options = with_references(options, arguments, progress)
        clip = analyse_clip_isolated(arguments.clip, progress, options.pack)
        part = clip_part(clip.info, arguments.in_point, arguments.out_point)
        options = replace(options, part=part)
        ranked = recommend(clip, options, progress)
        scenes = recommend_scenes(clip, options, progress) if arguments.scenes else ()
    notes = [*ranked.notes, *(note for each in scenes for note in each.ranked.notes)]
    for note in dict.fromkeys(notes):
        warn(note)
    if arguments.json:
        print_json(scenes_as_json(ranked, scenes) if arguments.scenes else as_json(ranked))
    else:
        print(scenes_as_text(scenes) if arguments.scenes else as_text(ranked))
    return 0


def _run_by_words(arguments: argparse.Namespace, options: "RankingOptions") -> int:
    from engine.cli.terminal import TerminalProgress, print_json, warn
    from engine.errors import InputError
    from engine.stories.words import rank_by_words

    if not options.text or arguments.scenes or arguments.in_point or arguments.out_point:
        raise InputError(
            tr("There is no clip to rank music for."),
            remedy=tr("Give a video file, or words with: soundbed recommend --text “sad piano”"),
        )
    remedy = tr("Give a video file as well, or say it in words with --text.")
    if arguments.like or arguments.unlike:
        raise InputError(tr("Music is compared with other music for a clip only."), remedy=remedy)
    if options.correction:
        raise InputError(
            tr("There is no clip whose valence, arousal or moods could be corrected."),
            remedy=remedy,
        )
    with TerminalProgress() as progress:
        ranked = rank_by_words(options, progress)
    for note in ranked.notes:
        warn(note)
    if arguments.json:
        print_json(words_as_json(ranked))
    else:
        print(words_as_text(ranked))
    return 0


def as_json(ranked: "Recommendations") -> dict[str, Any]:
    """Return the ranked list as plain values for one JSON object."""
    return {
        "clip": _clip_json(ranked.clip),
        "wants": _wants_json(ranked.clip.wants),
        "pack": ranked.pack_id,
        "recommendations": [_item_json(item) for item in ranked.items],
    }


def words_as_json(ranked: "RankedByWords") -> dict[str, Any]:
    """Return a list made by words alone as plain values for one JSON object."""
    items = [_item_json(item) for item in ranked.items]
    return {"text": ranked.text, "recommendations": items}


def scenes_as_json(
    ranked: "Recommendations", scenes: "Sequence[SceneRecommendations]"
) -> dict[str, Any]:
    """Return the same, and the list for each scene."""
    return {**as_json(ranked), "scenes": [_scene_json(each) for each in scenes]}


def as_text(ranked: "Recommendations") -> str:
    """Return the ranked list as a table with the reasons beneath each track."""
    from engine.cli.terminal import clock, plain

    info = ranked.clip.info
    heading = trn(
        "{name} ({length}): {n} track, matched by {pack}",
        "{name} ({length}): {n} tracks, matched by {pack}",
        len(ranked.items),
    ).format(
        name=plain(info.path.name),
        length=clock(info.duration_s),
        n=len(ranked.items),
        pack=ranked.pack_id,
    )
    return f"{heading}\n\n{_table(ranked.items)}"


def words_as_text(ranked: "RankedByWords") -> str:
    """Return a list made by words alone as a table."""
    from engine.cli.terminal import plain

    heading = trn("“{text}”: {n} track", "“{text}”: {n} tracks", len(ranked.items)).format(
        text=plain(ranked.text), n=len(ranked.items)
    )
    return f"{heading}\n\n{_table(ranked.items)}"


def scenes_as_text(scenes: "Sequence[SceneRecommendations]") -> str:
    """Return a table for each scene, under the time that it takes in the clip."""
    from engine.cli.terminal import clock

    parts = []
    for number, each in enumerate(scenes, start=1):
        heading = tr("Scene {number} ({start} to {end})").format(
            number=number, start=clock(each.scene.start_s), end=clock(each.scene.end_s)
        )
        parts.append(f"{heading}\n\n{_table(each.ranked.items)}")
    return "\n\n".join(parts)


def _table(items: "Sequence[Recommendation | RankedTrack]") -> str:
    from engine.cli.table import format_table

    has_fits = all(item.fit is not None for item in items)
    match = tr("Fit") if has_fits else tr("Score")
    return format_table(
        ["#", match, tr("Title"), tr("Artist"), tr("Genre"), "BPM", tr("Key"), tr("Start")],
        [_cells(item) for item in items],
        right=frozenset({0, 5, 7} if has_fits else {0, 1, 5, 7}),
        shrink=(2, 3),
        notes=["; ".join([*item.reasons, *_placement(item)]) for item in items],
    )


def _placement(item: "Recommendation | RankedTrack") -> list[str]:
    from engine.cli.terminal import clock

    if not item.placement:
        return []
    what = ", ".join(item.placement)
    return [tr("from {start} on, {what}").format(start=clock(item.start_s), what=what)]


def _cells(item: "Recommendation | RankedTrack") -> list[str]:
    from engine.cli.terminal import clock, tempo
    from engine.encoders.fit_levels import fit_word

    track = item.track
    return [
        str(item.rank),
        f"{item.score:.2f}" if item.fit is None else fit_word(item.fit),
        track.title,
        track.tags.artist or "",
        track.genre or tr("unsure"),
        tempo(track),
        track.profile.key or "",
        clock(item.start_s),
    ]


def _clip_json(clip: "ClipAnalysis") -> dict[str, Any]:
    from engine.cli.terminal import number, path_fields

    info = clip.info
    return {
        **path_fields(info.path),
        "duration_s": number(info.duration_s, 3),
        "width": info.width,
        "height": info.height,
        "frame_rate": number(float(info.frame_rate), 3),
        "codec": info.codec,
        "warnings": list(clip.warnings),
    }


def _wants_json(wants: "ClipWants | None") -> dict[str, Any] | None:
    """Return what is seen and asked for; each estimate with its standard deviation."""
    from engine.cli.terminal import number
    from engine.encoders.wants import WANTED_GENRES, WANTED_MOODS

    if wants is None:
        return None

    def estimate(axis: str) -> dict[str, float | None]:
        mean, deviation = wants.estimate(axis)
        return {"mean": number(mean, 3), "deviation": number(deviation, 3)}

    return {
        "scenes": [[word, number(share, 3)] for word, share in wants.scenes[:_N_SCENE_WORDS]],
        "valence": estimate("valence"),
        "arousal": estimate("arousal"),
        "moods": {mood: estimate(mood) for mood in WANTED_MOODS},
        "genres": {genre: estimate(genre) for genre in WANTED_GENRES},
    }


def _scene_json(each: "SceneRecommendations") -> dict[str, Any]:
    from engine.cli.terminal import number

    return {
        "start_s": number(each.scene.start_s, 3),
        "end_s": number(each.scene.end_s, 3),
        "wants": _wants_json(each.ranked.clip.wants),
        "recommendations": [_item_json(item) for item in each.ranked.items],
    }


def _item_json(item: "Recommendation | RankedTrack") -> dict[str, Any]:
    from engine.cli.terminal import number, path_fields

    track = item.track
    return {
        "rank": item.rank,
        "score": number(item.score),
        "fit": item.fit,
        "title": track.title,
        "artist": track.tags.artist,
        **path_fields(track.path),
        "genre": track.genre,
        "moods": {name: number(value, 2) for name, value in track.profile.moods.items()},
        "bpm": number(track.profile.bpm, 1),
        "other_bpm": number(track.other_bpm, 1),
        "key": track.profile.key,
        "start_s": number(item.start_s, 3),
        "licence": track.tags.licence,
        "reasons": list(item.reasons),
        "placement": list(item.placement),
    }
