"""The files of DebCM's data format, which holders of TT-150k-genre have.

A folder with visual_features_resnet_V.npy (N, D), music_features.npy and
new_music_smile_features_norm.npy (M, 128), train.npy (rows of video, track, genre as text, genre
shares of the uploader, propensity), 100neg/val.npy and 100neg/test.npy (rows of video, track,
other tracks), video_popularity_val.npy and video_popularity_test.npy (the weights of Eq. 13) and
user_prior_mean.npy. The professionals' pairs are in data_pgc, with different file names. Rows
that mix types are arrays of Python objects. Whatever the format has no place for (who the
uploaders are, when they picked, genres of tracks that nobody picked, further test sets) is in
soundbed.npz beside it; the format can be read without that file.
"""

from pathlib import Path

from engine.errors import TrainingError
from engine.translation import tr

VERSION = "reference-1"
PICTURES = "visual_features_resnet_V.npy"
SOUNDS = ("music_features.npy", "new_music_smile_features_norm.npy")
TRAIN = "train.npy"
PRIOR = "user_prior_mean.npy"
PGC = "data_pgc"
PGC_PICTURES = "mv_video_resnet_features.npy"
PGC_SOUNDS = ("vggish_features.npy", "opensmile_features_norm.npy")
SIDE = "soundbed.npz"


def queries_file(name: str) -> str:
    """Return the file of a test set: "val" for validation, "test" for the first test."""
    return f"100neg/{name}.npy"


def weights_file(name: str) -> str:
    """Return the file with the inverse popularity weights of a test set."""
    return f"video_popularity_{name}.npy"


def unfit(path: Path, reason: str) -> TrainingError:
    """Return the error for a file that can't be used."""
    return TrainingError(
        tr("the file can't be used ({reason}).").format(reason=reason),
        path=path,
        remedy=tr("Get a new copy of the data."),
    )
