"""What a batch is to make, and what it has made."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import InputError
from engine.export.formats import FORMATS
from engine.settings import Settings, load_settings
from engine.stories.batch_record import BatchEntry, BatchRecord
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr

OUT_FOLDER = "Soundbed"
PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What to make of each clip.

    Attributes:
        ranking: what music is wanted; the best track of each list is taken.
        formats: names of export formats.
        by_scenes: a track for each scene, in the place of one for the whole clip.
        again: make everything anew.
        settings: levels, loudness, ducking and surround sound of each mix.
    """

    ranking: RankingOptions = field(default_factory=lambda: RankingOptions(top=1))
    formats: tuple[str, ...] = ("video",)
    by_scenes: bool = False
    again: bool = False
    settings: Settings = field(default_factory=load_settings)

    def __post_init__(self) -> None:
        known = [kind.name for kind in FORMATS]
        for name in self.formats:
            if name not in known:
                raise InputError(
                    tr("There is no format “{name}”.").format(name=name),
                    remedy=tr("The formats are: {names}.").format(names=", ".join(known)),
                )
        if not self.formats:
            raise InputError(tr("There is nothing to write."))

    @property
    def key(self) -> str:
        """Changes when anything of what is asked changes, or a setting of the mix."""
        ranking, settings = self.ranking, self.settings
        formats = tuple(kind.name for kind in FORMATS if kind.name in self.formats)
        asked = (
            sorted(ranking.filters.items()), ranking.taste, str(ranking.folder), str(ranking.pack),
            ranking.text, ranking.without, ranking.correction, ranking.references, ranking.area,
            formats, self.by_scenes,
            settings.loudness, settings.duck_speech, settings.speech_above_lu,
            settings.duck_attack_s, settings.duck_release_s, settings.surround,
            settings.music_gain_db, settings.clip_gain_db,
        )  # fmt: skip
        text = repr(asked).encode("utf-8", "surrogateescape")
        return hashlib.sha256(text).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a batch will do.

    Attributes:
        clips: all of the folder, by their paths.
        names: of the clips, relative to the folder.
        record: what is saved beside the results.
        finished: names of the clips that needn't be made again.
    """

    clips: tuple[Path, ...]
    names: tuple[str, ...]
    record: BatchRecord
    finished: frozenset[str]


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a batch did.

    Attributes:
        page: the report, to open in a browser.
        entries: one for each clip, by its path.
        n_resumed: how many of them were finished before.
    """

    page: Path
    entries: tuple[BatchEntry, ...]
    n_resumed: int = 0

    @property
    def n_failed(self) -> int:
        """How many clips have no music, each with a sentence that says why."""
        return sum(entry.problem is not None for entry in self.entries)
