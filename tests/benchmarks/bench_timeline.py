"""How long the timeline takes to paint and to drag, for clips of any length.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_timeline [--hours 4] [--width 2560]

Made-up clips: a cut every four seconds, music of five minutes each with crossfades of two seconds
and a splice in each, a volume point and a pause in the speech twice a minute. CPU milliseconds of
the GUI's thread, medians: the first paint; the playhead 60 times a second (which repaints no
waveform); a step of zoom; one of scroll; and a step of the drag of each kind of target, with what
it repaints.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from desktop.music import Music
from desktop.theme import Theme
from desktop.timeline.edits import Drag, dragged
from desktop.timeline.targets import Kind, Target, exists, time_of
from desktop.timeline.timeline import Timeline
from desktop.timeline.waveform import Peaks
from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.automation import Ducking, Span, VolumePoint
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.segments import Segment
from engine.media.frames import Frame
from engine.media.peaks import PEAKS_PER_S
from engine.stories.analyse import ClipAnalysis
from tests.desktop.fake_session import make_clip_features, make_features, make_info
from tests.tracks import make_track

_TRACK_S, _ITEM_S, _CROSSFADE_S = 400.0, 300.0, 2.0
_N_STEPS = 30


def made_up_music(duration_s: float) -> Music:
    """Return music of five minutes each under a clip."""
    rate = Fraction(25)
    n_items = max(1, round(duration_s / _ITEM_S))
    tracks = tuple(
        make_track(number, duration_s=_TRACK_S) for number in range(1, min(n_items, 12) + 1)
    )
    items = []
    for number in range(n_items):
        starts_s = number * duration_s / n_items
        length_s = duration_s / n_items + (_CROSSFADE_S if number + 1 < n_items else 0.0)
        half = round(length_s / 4) * 2.0
        segments = (
            Segment(10.0, 0.0, half),
            Segment(30.0 + half - 0.25, half - 0.25, length_s - half + 0.25, 0.25),
        )
        track = tracks[number % len(tracks)]
        items.append(
            MusicItem(
                TrackReference(track.path, track.file.content_hash, track.tags),
                segments,
                round(starts_s * rate),
                fade_in_s=_CROSSFADE_S if number else 0.0,
            )
        )
    every_s = np.arange(0, duration_s - 30, 30.0)
    arrangement = Arrangement(
        ClipReference(Path("/clips/long.mp4"), duration_s + 1, rate),
        tuple(items),
        part=ClipPart(10, round(duration_s * rate)),
        markers=tuple(Marker(round(t * rate), "Scene") for t in np.arange(5, duration_s, 120)),
        volume=tuple(VolumePoint(round(t * rate), -3.0 * (n % 3)) for n, t in enumerate(every_s)),
        ducking=Ducking(tuple(Span(t + 5, t + 20) for t in every_s), 9.0),
    )
    return Music(arrangement, tracks, {track.path: make_features(_TRACK_S) for track in tracks})


def made_up_clip(duration_s: float) -> ClipAnalysis:
    """Return a clip with a cut every four seconds."""
    features = make_clip_features()
    cuts_s = np.arange(4, duration_s, 4.0, dtype=np.float32)
    descriptors = replace(features.descriptors, cuts_s=cuts_s)
    frames = tuple(
        Frame(duration_s * (n + 0.5) / 24, np.full((90, 160, 3), 10 * n, np.uint8))
        for n in range(24)
    )
    info = replace(make_info(Path("/clips/long.mp4")), duration_s=duration_s + 1)
    return ClipAnalysis(info, replace(features, descriptors=descriptors), frames, "long")


def median_ms(act: Callable[[int], object], n: int = _N_STEPS) -> float:
    """Return the CPU milliseconds of a step."""
    taken = []
    for step in range(n):
        started = time.thread_time()
        act(step)
        taken.append(time.thread_time() - started)
    return 1000 * statistics.median(taken)


def show(what: str, milliseconds: float) -> None:
    """Print one row."""
    print(f"{what:<34} {milliseconds:8.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--width", type=int, default=2560)
    options = parser.parse_args()
    app = QApplication([])
    Theme(app)
    duration_s = 3600 * options.hours
    timeline = Timeline()
    timeline.resize(options.width, 400)
    timeline.show()
    app.processEvents()
    timeline.show_clip(made_up_clip(duration_s))
    extremes = np.random.default_rng(1).integers(-100, 100, (int(duration_s * PEAKS_PER_S), 2))
    timeline.set_peaks(None, Peaks.of(extremes.astype(np.int8), duration_s))
    music = made_up_music(duration_s)
    show("show music", median_ms(lambda _: timeline.show_music(music), 1))
    show("first paint", median_ms(lambda _: timeline.repaint(), 1))
    painted = timeline._drawing.layers.n_painted

    def play(step: int) -> None:
        timeline.set_position(duration_s / 2 + step / 60)
        app.processEvents()

    show("playhead", median_ms(play, 300))
    assert timeline._drawing.layers.n_painted == painted, "the playhead repainted a layer"
    show("playhead, everything", median_ms(lambda _: timeline.repaint()))

    def zoom(step: int) -> None:
        timeline.zoom(1.25 if step < 20 else 0.8)
        timeline.repaint()

    show("step of zoom", median_ms(zoom, 40))
    for name, factor in (("whole clip", 1e-9), ("20 s", 1e-9)):
        timeline.zoom(factor)
        if name == "20 s":
            timeline.zoom(duration_s / 20, options.width / 2)

        def scroll(step: int) -> None:
            timeline.scroll_to(timeline.scale.first_s + 0.5)
            timeline.repaint()

        show(f"{name}: scroll", median_ms(scroll))
        for kind in Kind:
            _drag(timeline, music.arrangement, kind, name)


def _drag(timeline: Timeline, arrangement: Arrangement, kind: Kind, name: str) -> None:
    target = Target(kind, min(2, len(arrangement.items) - 1))
    if not exists(target, arrangement):
        return
    drag = Drag(target, arrangement, time_of(target, arrangement))

    def move(step: int) -> None:
        to_s = drag.grabbed_s + (step % 7 - 3) * 8 / timeline.scale.per_s
        result = dragged(drag, to_s, timeline.surroundings(snaps=True), -6.0)
        if result is not None:
            timeline._dragged = result
        timeline.update()
        timeline.repaint()

    show(f"{name}: drag {kind.value}", median_ms(move))
    timeline._dragged = None


if __name__ == "__main__":
    main()
