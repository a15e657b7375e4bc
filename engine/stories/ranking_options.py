"""What the user asks for when tracks are ranked."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.arrangement.clip_part import ClipPart
from engine.errors import InputError
from engine.ranking.affect_area import AffectArea
from engine.ranking.filters import Filters, check_filters
from engine.ranking.query import Correction
from engine.ranking.references import Reference
from engine.ranking.sort_keys import Sort
from engine.ranking.words import Wish, parse_wish
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """What the user asks for.

    Attributes:
        filters: the value of each filter in use; see `engine.ranking.filters`.
        taste: weight of the user's own picks, from 0 (match alone) to 1.
        top: length of the list.
        folder: rank the audio files of this folder instead of the library.
        pack: folder of the matching pack; None for the one in the settings.
        text: a wish in words, such as "sad piano, rainy street"; "" for none.
        without: what to leave out, such as "vocals, drums"; "" for nothing.
        correction: what the user says about the clip's valence, arousal and moods.
        part: between the in and the out point, which counts alone; None for the whole clip.
        references: music that the user wants more or less of.
        area: of the mood pad, in which all listed tracks lie; None for all of it.
        search: only tracks with these words in title, artist, album, genre or moods; "" for all.
        sort: the order of the list.
        show_hidden: whether tracks that the user has hidden are listed.
        only: content hashes of the tracks that are listed, such as a shortlist; () for all.
    """

    filters: Filters = field(default_factory=dict)
    taste: float = 0.0
    top: int = 20
    folder: Path | None = None
    pack: Path | None = None
    text: str = ""
    without: str = ""
    correction: Correction = field(default_factory=Correction)
    part: ClipPart | None = None
    references: tuple[Reference, ...] = ()
    area: AffectArea | None = None
    search: str = ""
    sort: Sort = field(default_factory=Sort)
    show_hidden: bool = False
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.taste <= 1:
            raise InputError(
                tr("The taste must be between 0 and 1."), remedy=tr("0 ranks by match alone.")
            )
        if self.top < 1:
            raise InputError(tr("The list must have at least one track."))
        check_filters(self.filters)
        parse_wish(self.text, self.without)

    def for_only(self, hashes: tuple[str, ...]) -> "RankingOptions":
        """Return the options that rank some tracks like these, whatever narrows the list.

        Args:
            hashes: content hashes of the tracks, at least one.
        """
        return replace(
            self,
            filters={},
            search="",
            sort=Sort(),
            correction=self.said,
            area=None,
            show_hidden=True,
            only=hashes,
            top=len(hashes),
        )

    @property
    def wish(self) -> Wish:
        """The words, taken apart."""
        return parse_wish(self.text, self.without)

    @property
    def said(self) -> Correction:
        """What the user says about the clip; the middle of an area counts as its mood."""
        if self.area is None or self.correction.has_affect:
            return self.correction
        valence, arousal = self.area.middle
        return replace(self.correction, valence=valence, arousal=arousal)
