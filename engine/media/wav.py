"""Write blocks of sound as a WAV file."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from engine.errors import ExportError
from engine.files import replacing
from engine.translation import tr

_FRAME_BYTES = 2 * 3
_RIFF_LIMIT_BYTES = 4_000_000_000  # a plain WAV can't state a greater length


def write_wav(
    path: Path,
    blocks: Iterable[npt.NDArray[np.float32]],
    rate_hz: int,
    n_samples: int,
) -> None:
    """Write stereo sound with 24 bits per sample; samples beyond full scale are clipped.

    Args:
        path: replaced when it exists, once everything is written.
        blocks: float32 (n, 2) each.
        rate_hz: sample rate of the blocks.
        n_samples: their total number; decides between WAV and RF64.

    Raises:
        ExportError: when the file can't be written.
    """
    is_long = n_samples * _FRAME_BYTES > _RIFF_LIMIT_BYTES
    with replacing(path) as beside, beside.open("wb+") as file:
        try:
            with soundfile.SoundFile(
                file,
                "w",
                samplerate=rate_hz,
                channels=2,
                format="RF64" if is_long else "WAV",
                subtype="PCM_24",
            ) as wav:
                for block in blocks:
                    wav.write(block)
        except soundfile.LibsndfileError as error:
            raise ExportError(
                tr("the sound can't be written ({reason}).").format(reason=error),
                path=path,
                remedy=tr("Choose another folder or free some space."),
            ) from error
