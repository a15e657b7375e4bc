"""STORY: a clip → what ranking, the window and the export need to know about it."""

import logging
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import MediaError
from engine.library.scan import content_hash
from engine.limits import ANALYSING_CLIP
from engine.progress import Progress
from engine.sound.clip_sound import ClipSound, music_warning

if TYPE_CHECKING:
    from engine.encoders.visual import VisualEncoder
    from engine.media.frames import Frame
    from engine.media.probe import VideoInfo
    from engine.ranking.query import ClipWants
    from engine.video.clip_features import VideoFeatures

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClipAnalysis:
    """What ranking, the window and the export need to know about a clip.

    Attributes:
        info: what is known from its file.
        features: input of the student's video encoder, with the readable descriptors.
        filmstrip: small upright frames by time.
        content_hash: of the file's bytes; picks and arrangements are stored under it.
        wants: what is seen and what music it asks for; None before the first ranking.
        sound: its own sound: speech, music.
        source: the picture or the folder that the clip was made of; None for a clip as it is.
    """

    info: "VideoInfo"
    features: "VideoFeatures"
    filmstrip: "tuple[Frame, ...]"
    content_hash: str
    wants: "ClipWants | None" = None
    sound: ClipSound = field(default_factory=ClipSound)
    source: Path | None = None

    @property
    def opened_path(self) -> Path:
        """What the user opened: a clip, a picture, or a folder with pictures."""
        return self.source or self.info.path

    def part(self, start_s: float, end_s: float) -> "ClipAnalysis":
        """Return the analysis of a part of the clip, as if it were a clip of its own."""
        return replace(
            self,
            info=replace(self.info, duration_s=end_s - start_s),
            features=self.features.part(start_s, end_s, self.info.duration_s),
            sound=self.sound.part(start_s, end_s),
            filmstrip=tuple(
                replace(frame, time_s=frame.time_s - start_s)
                for frame in self.filmstrip
                if start_s <= frame.time_s < end_s
            ),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """Translated sentences on what the user should know about the clip."""
        if not self.sound.has_music:
            return self.info.warnings
        return (*self.info.warnings, music_warning())


def analyse_clip(path: Path, progress: Progress, pack: Path | None = None) -> ClipAnalysis:
    """Analyse a clip, using the cached result for the same bytes; slow.

    Args:
        path: the clip, a picture, or a folder with pictures.
        progress: may cancel.
        pack: folder of the matching pack to analyse for; None for the one in the settings.

    Raises:
        MediaError: when it can't be used.
        PackError: when a model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    from engine.encoders.active import visual_pack
    from engine.encoders.visual import pack_version
    from engine.stories.picture_clips import probe_clip
    from engine.video.cache import load_analysis, store_analysis
    from engine.video.clip_features import describe_video

    info = probe_clip(path, progress)
    digest = content_hash(info.path)
    network = visual_pack(pack)
    analysis = load_analysis(digest, pack_version(network))
    if analysis is None:
        analysis = describe_video(info, _visual_encoder(network), progress)
        store_analysis(digest, analysis)
    features, filmstrip = analysis
    sound = _sound_of(info, digest, progress)
    source = None if info.path == path else path
    return ClipAnalysis(info, features, filmstrip, digest, sound=sound, source=source)


def analyse_sound(info: "VideoInfo", progress: Progress) -> ClipSound:
    """Analyse a clip's sound alone, using the cached result for the same bytes.

    Args:
        info: the clip.
        progress: may cancel.

    Raises:
        PackError: when a model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    return _sound_of(info, content_hash(info.path), progress)


def analyse_sound_isolated(info: "VideoInfo", progress: Progress) -> ClipSound:
    """Do the same in a separate process, so that a broken file can crash only that process."""
    from engine.media.worker import run_isolated

    return run_isolated(
        analyse_sound, info, path=info.path, limits=ANALYSING_CLIP, progress=progress
    )


def _sound_of(info: "VideoInfo", digest: str, progress: Progress) -> ClipSound:
    from engine.encoders.audio import MttTagger
    from engine.encoders.voice import VoiceDetector
    from engine.sound.cache import load_sound, store_sound
    from engine.sound.measure import describe_sound

    if info.sound is None:
        return ClipSound()
    sound = load_sound(digest)
    if sound is None:
        try:
            sound = describe_sound(info.path, VoiceDetector.load(), MttTagger.load(), progress)
        except MediaError as error:
            # A clip whose sound can't be read still has a picture.
            _log.warning("%s", error)
            return ClipSound()
        store_sound(digest, sound)
    return sound


def analyse_clip_isolated(path: Path, progress: Progress, pack: Path | None = None) -> ClipAnalysis:
    """Analyse a clip in a separate process, so that a broken file can crash only that process.

    Args:
        path, progress, pack: see `analyse_clip`.

    Raises:
        MediaError: when it can't be used, or its decoder crashed or hung.
        PackError: when a model is missing or damaged.
        Cancelled: when the user stopped it.
    """
    from engine.encoders.active import visual_pack
    from engine.encoders.visual import check_network_pack
    from engine.media.worker import run_isolated

    check_network_pack(visual_pack(pack))
    return run_isolated(
        analyse_clip, path, path=path, limits=ANALYSING_CLIP, progress=progress, pack=pack
    )


@cache
def _visual_encoder(folder: Path | None) -> "VisualEncoder":
    from engine.encoders.visual import VisualEncoder

    return VisualEncoder.load(folder)
