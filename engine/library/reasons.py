"""Why a file can't be used as music, or only in part: reason codes."""

from dataclasses import dataclass
from typing import Literal, get_args

from engine.errors import (
    MediaEncrypted,
    MediaIncomplete,
    MediaSilent,
    MediaTooShort,
    SoundbedError,
    TimedOut,
)
from engine.translation import tr

Reason = Literal["too short", "silent", "incomplete", "encrypted", "unreadable", "timed out"]
REASONS: tuple[Reason, ...] = get_args(Reason)
_BY_ERROR: tuple[tuple[type[SoundbedError], Reason], ...] = (
    (MediaTooShort, "too short"),
    (MediaSilent, "silent"),
    (MediaIncomplete, "incomplete"),
    (MediaEncrypted, "encrypted"),
    (TimedOut, "timed out"),
)


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What is wrong with a track's file.

    Attributes:
        reason: the code; a track that is only "incomplete" may be usable.
        found_s, claimed_s: of an incomplete file: what can be read, and what it states.
        decoder: the version of the decoders that found it; another one tries again.
    """

    reason: Reason
    found_s: float | None = None
    claimed_s: float | None = None
    decoder: str = ""

    @property
    def label(self) -> str:
        """The reason as it is shown, such as "incomplete: 12 of 60 s"; translated."""
        names: dict[Reason, str] = {
            "too short": tr("too short"),
            "silent": tr("silent"),
            "incomplete": tr("incomplete"),
            "encrypted": tr("encrypted"),
            "unreadable": tr("unreadable"),
            "timed out": tr("timed out"),
        }
        if self.reason == "incomplete" and self.found_s is not None and self.claimed_s:
            return tr("incomplete: {found:.0f} of {claimed:.0f} s").format(
                found=self.found_s, claimed=self.claimed_s
            )
        return names[self.reason]


def check_of(error: SoundbedError, decoder: str) -> FileCheck:
    """Return why a file can't be used.

    Args:
        error: what reading or analysing it raised.
        decoder: the version of the decoders.
    """
    known = (reason for kind, reason in _BY_ERROR if isinstance(error, kind))
    reason: Reason = next(known, "unreadable")
    if isinstance(error, MediaIncomplete):
        return FileCheck(reason, error.found_s, error.claimed_s, decoder)
    return FileCheck(reason, decoder=decoder)
