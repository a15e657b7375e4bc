"""What tests of the window need: a session without an engine, a clock, a picture."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import numpy as np

from desktop.session import FileKind
from engine.arrangement.arrangement import Arrangement, arrange, reference_to
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.covering import cover
from engine.arrangement.editing import index_at, replace_track
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.in_part import put_in_part
from engine.arrangement.music_form import form_of
from engine.arrangement.storage import history_from_json
from engine.encoders.profile import Profile
from engine.errors import InputError, MediaUnreadable, SoundbedError
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask
from engine.library.library import Library
from engine.library.operation import Operation
from engine.library.tracks import Track
from engine.media.frames import Frame
from engine.media.orientation import UPRIGHT
from engine.media.peaks import PEAKS_PER_S, Peaks
from engine.media.probe import SoundInfo, VideoInfo
from engine.media.sound_file import BLOCK_SAMPLES, RATE_HZ, SoundFile, create_sound
from engine.music.features import MusicFeatures
from engine.progress import Progress
from engine.ranking.references import Reference
from engine.settings import SoundChoice
from engine.sound.clip_sound import ClipSound
from engine.stories import batch
from engine.stories.analyse import ClipAnalysis
from engine.stories.arrange_scenes import PlacedTrack, arrange_tracks
from engine.stories.batch_options import PAGE, BatchOptions, BatchPlan, BatchReport
from engine.stories.batch_record import BatchEntry, save_record
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendation, Recommendations
from engine.stories.render import PreviewSound
from engine.stories.taste import TasteReport
from engine.video.clip_features import VideoFeatures
from engine.video.descriptors import VideoDescriptors
from tests.desktop.fake_library import TRACK_S, FakeLibrary
from tests.desktop.fake_packs import FakePacks
from tests.desktop.fake_training import FakeTraining
from tests.music_packs.samples import features as made_up_features
from tests.ranked_lists import ranked_tracks
from tests.tracks import make_track

T = TypeVar("T")

CLIP_S = 4.0


def make_info(path: Path, sound: bool = True) -> VideoInfo:
    return VideoInfo(
        path=path,
        size_bytes=1000,
        duration_s=CLIP_S,
        width=320,
        height=180,
        orientation=UPRIGHT,
        frame_rate=Fraction(25),
        n_frames=round(25 * CLIP_S),
        is_variable=False,
        start_timecode=None,
        codec="h264",
        container="mp4",
        pixel_format="yuv420p",
        is_hdr=False,
        sound=SoundInfo("aac", 48_000, 2, CLIP_S) if sound else None,
        warnings=(),
    )


def listed_track(number: int, folder: Path) -> Track:
    return make_track(
        number,
        folder / f"track{number}.opus",
        origin="bundled",
        duration_s=TRACK_S,
        profile=Profile(
            genre="ambient" if number % 2 else "jazz",
            moods={"calm": 1.2, "dreamy": 0.5, "happy": -1.0},
            bpm=60.0 + number,
            key="A minor",
        ),
    )


def make_features(duration_s: float = TRACK_S) -> MusicFeatures:
    """Features of a track with a beat each half second and four beats in a bar."""
    loudest = np.random.default_rng(1).integers(40, 127, 600)
    return made_up_features(
        duration_s=duration_s,
        beats_s=np.arange(0, duration_s, 0.5, dtype=np.float32),
        downbeats_s=np.arange(0, duration_s, 2.0, dtype=np.float32),
        energy_curve=np.ones(int(duration_s), np.float32),
        peaks=np.stack([-loudest, loudest], axis=1).astype(np.int8),
    )


def make_clip_features() -> VideoFeatures:
    """Features of a clip with one cut after two seconds."""
    numbers = dict.fromkeys(
        (field.name for field in fields(VideoDescriptors) if field.type is float), 0.0
    )
    cuts, motion = np.array([2.0], np.float32), np.zeros(4, np.float32)
    descriptors = VideoDescriptors(cuts_s=cuts, motion_curve=motion, **numbers)
    times_s = np.arange(4, dtype=np.float32)
    return VideoFeatures(
        embeddings=np.ones((4, 2), np.float16),
        times_s=times_s,
        colours=np.zeros((4, 4), np.float32),
        details=np.full(4, 0.2, np.float32),
        descriptors=descriptors,
    )


def placed(info: VideoInfo, track: Track) -> Arrangement:
    """Return the track under the clip as the list would place it, from its second bar."""
    music = make_features()
    return arrange(info, track, music, cover(info.duration_s, form_of(track, music), 2.0))


class FakeSession(FakePacks, FakeTraining, FakeLibrary):
    """Answers like the engine, at once, from plain values; the user's library is a real one.

    Attributes:
        gate: keeps the analysis waiting until it is set.
        sound: of each clip.
        clip_gates: of a batch, each keeps a clip waiting until it is set, by the clip's name.
    """

    def __init__(self, folder: Path) -> None:
        self.tracks = [listed_track(number, folder) for number in range(1, 6)]
        self.gate: threading.Event | None = None
        self.sound = ClipSound()
        FakePacks.__init__(self)
        FakeTraining.__init__(self)
        FakeLibrary.__init__(self, folder)
        self.applied: list[Operation] = []
        self.n_waveforms = 0
        self.asked_options: list[RankingOptions] = []
        self.n_unlisted = 0
        self.exported: list[tuple[str, Path, bool]] = []
        self.plans: dict[str, ExportPlan] = {}
        self.plan_errors: dict[str, SoundbedError] = {}
        self.planned: list[tuple[str, str]] = []
        self.batches: list[BatchOptions] = []
        self.clip_gates: dict[str, threading.Event] = {}
        self.sound_error: Exception | None = None
        self.measured_db: dict[str, float] = {}
        self.levelled: list[tuple[str, float | None, bool]] = []
        self.filled: list[tuple[str, tuple[float, float], bool]] = []
        self.closed = False
        self.n_cached = 12_345_678

    def kind_of(self, path: Path) -> FileKind:
        if path.is_dir():
            return FileKind.CLIP_FOLDER if batch.has_clips(path) else FileKind.FOLDER
        return FileKind.AUDIO if path.suffix == ".mp3" else FileKind.VIDEO

    def video_patterns(self) -> str:
        return "*.mp4"

    def analyse(self, clip: Path, progress: Progress) -> ClipAnalysis:
        while self.gate is not None and not self.gate.wait(0.01):
            progress.step("Reading frames", 1, 4)
        if not clip.exists():
            raise MediaUnreadable("this is no video.", path=clip, remedy="Choose another file.")
        frames = tuple(Frame(0.5 + n, np.full((90, 160, 3), 40 * n, np.uint8)) for n in range(4))
        content_hash = "clip-" + clip.stem.encode("utf-8", "replace").decode()
        return ClipAnalysis(
            make_info(clip), make_clip_features(), frames, content_hash, sound=self.sound
        )

    def picture(self, info: VideoInfo, _folder: Path, _progress: Progress) -> Path:
        return info.path

    def recommend(
        self, clip: ClipAnalysis, options: RankingOptions, _progress: Progress
    ) -> Recommendations:
        self.asked_options.append(options)
        genres = options.filters.get("genre")
        hidden = frozenset() if options.show_hidden else self.library.decisions.hidden()
        used = self.library.picks.tracks() if options.filters.get("unused") else frozenset()
        found = [
            track
            for track in self.tracks
            if options.search.lower() in track.title.lower()
            and track.file.content_hash not in hidden | used
        ]
        kept = [track for track in found if not genres or track.genre in genres]
        if options.sort.by == "title":
            kept.sort(key=lambda track: track.title, reverse=options.sort.is_reversed)
        items = tuple(
            Recommendation(
                rank,
                0.9 - 0.1 * rank,
                track,
                placed(clip.info, track),
                ("calm picture ↔ ambient",),
                "fair",
            )
            for rank, track in enumerate(kept, 1)
        )
        facets = {"genre": Counter(track.genre for track in found if track.genre)}
        ranked = ranked_tracks(items, self.n_unlisted)
        return Recommendations(clip, "fake-1", items, ranked, facets=facets)

    def filter_words(self) -> dict[str, tuple[str, ...]]:
        return {"genre": ("ambient", "jazz")}

    def understands(self, text: str) -> bool:
        return "xyz" not in text

    def song_reference(self, path: Path, progress: Progress) -> Reference:
        progress.step("Analysing")
        if not path.exists() or path.read_bytes() == b"broken":
            raise MediaUnreadable("this isn't music.", path=path, remedy="Choose another file.")
        return Reference(path.stem, f"song-{path.stem}", path)

    def waveform(self, _path: Path, _content_hash: str, _progress: Progress) -> Peaks:
        self.n_waveforms += 1
        loudest = np.random.default_rng(2).integers(0, 100, int(CLIP_S * PEAKS_PER_S))
        return np.stack([-loudest, loudest], axis=1).astype(np.int8)

    def features(self, _track: Track) -> MusicFeatures:
        return make_features()

    def arrange_scenes(
        self, clip: ClipAnalysis, _options: RankingOptions, _progress: Progress
    ) -> Arrangement:
        halves = [
            PlacedTrack(track, make_features(), at_s)
            for track, at_s in zip(self.tracks, (0.0, CLIP_S / 2), strict=False)
        ]
        return arrange_tracks(clip.info, halves)

    def scenes(self, clip: ClipAnalysis, part: ClipPart | None) -> tuple[ClipPart, ...]:
        first, end = (0, clip.info.n_frames) if part is None else (part.first_frame, part.end_frame)
        middle = (first + end) // 2
        return (ClipPart(first, middle), ClipPart(middle, end))

    def put_in_part(
        self, arrangement: Arrangement, part: ClipPart, track: Track, start_s: float
    ) -> Arrangement:
        form = form_of(track, make_features())
        return put_in_part(arrangement, part, reference_to(track), form, start_s)

    def put_track(self, arrangement: Arrangement, frame: int, track: Track) -> Arrangement:
        index, form = index_at(arrangement, frame), form_of(track, make_features())
        return replace_track(arrangement, index, reference_to(track), form)

    def tracks_of(self, arrangement: Arrangement) -> tuple[Track, ...]:
        known = {track.path: track for track in self.tracks}
        paths = dict.fromkeys(item.track.path for item in arrangement.items)
        for path in paths:
            if path not in known:
                raise InputError("the track is gone.", path=path)
        return tuple(known[path] for path in paths)

    def level(
        self,
        arrangement: Arrangement,
        target_lufs: float | None,
        _progress: Progress,
        *,
        ahead: bool = False,
    ) -> Arrangement:
        self.levelled.append((arrangement.items[0].track.title, target_lufs, ahead))
        gain_db = self.measured_db.get(arrangement.items[0].track.title)
        if gain_db is None:
            return arrangement
        items = tuple(replace(item, match_gain_db=gain_db) for item in arrangement.items)
        return replace(arrangement, items=items, target_lufs=target_lufs)

    def preview(self, arrangement: Arrangement, folder: Path, with_clip: bool) -> PreviewSound:
        if self.sound_error is not None:
            raise self.sound_error
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{arrangement.items[0].track.path.stem}-{hash(arrangement.items)}"
        sound = PreviewSound(folder / name, folder / "clip" if with_clip else None)
        n_samples = round(arrangement.clip.duration_s * RATE_HZ)
        for path in sound.files:
            if not path.exists():
                create_sound(path, n_samples)
        return sound

    def fill_preview(
        self,
        arrangement: Arrangement,
        sound: PreviewSound,
        part_s: tuple[float, float],
        _progress: Progress,
        *,
        ahead: bool = False,
    ) -> None:
        self.filled.append((arrangement.items[0].track.title, part_s, ahead))
        for path, level in zip(sound.files, (0.25, 0.125), strict=False):
            file = SoundFile(path)
            missing = file.missing(part_s[0], part_s[1] - part_s[0])
            if missing is not None:
                n_samples = (missing[1] - missing[0]) * BLOCK_SAMPLES
                file.fill(missing[0], [np.full((n_samples, 2), level, np.float32)])

    def load_history(self, clip: ClipAnalysis) -> ArrangementHistory | None:
        saved = self.library.clips.get(clip.content_hash)
        return history_from_json(saved.text).moved(clip.info.path) if saved else None

    def close(self) -> None:
        self.closed = True

    def picked(self) -> list[tuple[str, str]]:
        return [(pick.clip_hash, pick.track_hash) for pick in self.library.picks.all()]

    def read(self, query: Callable[[Library], T]) -> T:
        return query(self.library)

    def taste(self) -> TasteReport:
        genres, crowd = ("ambient", "jazz"), (0.5, 0.5)
        shares = self.library.own_taste.shares()
        n_picks = sum(pick.counts_for_taste for pick in self.library.picks.all())
        return TasteReport(
            genres,
            crowd,
            (0.75, 0.25) if n_picks else None,
            tuple(shares[genre] for genre in genres) if shares else None,
            n_picks,
        )

    def apply(self, operation: Operation) -> Operation | None:
        self.applied.append(operation)
        return self.library.apply(operation)

    def plan_export(
        self, kind: ExportFormat, _info: VideoInfo, out: Path, sound: SoundChoice
    ) -> ExportPlan:
        self.planned.append((kind.name, sound))
        problem = self.plan_errors.get(kind.name)
        if problem is not None:
            raise problem
        return replace(self.plans.get(kind.name, ExportPlan(out)))

    def export(
        self, exports: Sequence[tuple[ExportFormat, ExportTask]], _progress: Progress
    ) -> tuple[ExportPlan, ...]:
        for kind, task in exports:
            self.exported.append((kind.name, task.out, task.overwrite))
            task.out.write_bytes(b"done")
        return tuple(task.plan or ExportPlan(task.out) for _, task in exports)

    def plan_batch(
        self, folder: Path, out: Path, options: BatchOptions, progress: Progress
    ) -> BatchPlan:
        return batch.plan_batch(folder, out, options, progress)

    def cache_size(self) -> int:
        return self.n_cached

    def clear_cache(self) -> int:
        self.n_cached = 0
        return 0

    def run_batch(
        self, folder: Path, out: Path, options: BatchOptions, progress: Progress
    ) -> BatchReport:
        self.batches.append(options)
        plan = batch.plan_batch(folder, out, options, progress)
        record, n_clips = plan.record, len(plan.clips)
        save_record(out, record)
        waiting = [name for name in plan.names if name not in plan.finished]
        (out / PAGE).write_text("a page")
        for number, name in enumerate(waiting, len(plan.finished)):
            progress.step("Reading frames", number, n_clips, name)
            while name in self.clip_gates and not self.clip_gates[name].wait(0.01):
                progress.step("Reading frames", number, n_clips, name)
            entry = BatchEntry.of(name, folder / name, options.key)
            if (folder / name).read_bytes() == b"bad":
                entry = entry.failed("it is damaged.")
            record = record.with_entry(entry)
            save_record(out, record)
        entries = tuple(record.entries[name] for name in plan.names)
        return BatchReport(out / PAGE, entries, len(plan.finished))
