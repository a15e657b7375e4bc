"""Music tags: shapes, means and batches, and tags of real music."""

from pathlib import Path

import numpy as np
import pytest

from engine.encoders.audio import MSD_TAGS, MTT_TAGS, MusicTagger, MusicTags
from engine.media.waveform import read_waveform
from engine.music.mel import Framer, PatchSampler, log_mel, mel_power, power_spectra


@pytest.fixture(scope="module")
def tagger() -> MusicTagger:
    return MusicTagger.load(n_threads=1)


def test_there_are_fifty_different_tags_of_each_kind() -> None:
    assert len(set(MSD_TAGS)) == len(MSD_TAGS) == 50
    assert len(set(MTT_TAGS)) == len(MTT_TAGS) == 50


def test_tags_of_a_patch_dont_depend_on_its_batch(tagger: MusicTagger) -> None:
    patches = np.random.default_rng(0).random((9, 187, 96), dtype=np.float32) * 3
    tags = tagger.tag(patches)
    assert tags.msd_patches.shape == tags.mtt_patches.shape == (9, 50)
    assert tags.embedding_patches.shape == (9, 400)
    assert 0 <= tags.msd_patches.min() <= tags.msd_patches.max() <= 1
    # It is the last patch's embedding, not the first one's.
    alone = tagger.tag(patches[8:])
    np.testing.assert_allclose(tags.embedding_patches[8], alone.embedding, atol=1e-4)
    assert np.abs(tags.embedding_patches[8] - tags.embedding_patches[0]).max() > 1e-2


def test_means_are_over_the_patches() -> None:
    tags = MusicTags(
        np.stack((np.zeros(50), np.ones(50))).astype(np.float32),
        np.full((2, 50), 0.25, np.float32),
        np.stack((np.zeros(400), np.full(400, 3))).astype(np.float32),
    )
    assert tags.msd.tolist() == [0.5] * 50
    assert tags.mtt.tolist() == [0.25] * 50
    assert tags.embedding.tolist() == [1.5] * 400


def test_an_empty_batch_is_refused(tagger: MusicTagger) -> None:
    with pytest.raises(ValueError, match="patches are"):
        tagger.tag(np.zeros((0, 187, 96), np.float32))
    with pytest.raises(ValueError, match="at least one patch"):
        nothing = np.zeros((0, 50), np.float32)
        MusicTags(nothing, nothing, np.zeros((0, 400), np.float32))


def test_real_music_is_recognised(tagger: MusicTagger, shared_data: Path) -> None:
    def probability(genre: str, tag: str) -> float:
        values = []
        for path in sorted((shared_data / "emotify").glob(f"{genre}_*.opus"))[::20]:
            framer, sampler = Framer(512, 256), PatchSampler(4)
            samples = read_waveform(path, 16_000, 1, duration_s=12)[:, 0]
            sampler.push(log_mel(mel_power(power_spectra(framer.push(samples)))))
            values.append(tagger.tag(sampler.patches()).mtt[MTT_TAGS.index(tag)])
        return float(np.mean(values))

    assert probability("classical", "classical") > 3 * probability("rock", "classical")
    assert probability("rock", "rock") > 3 * probability("classical", "rock")
    assert probability("electronic", "electronic") > 3 * probability("classical", "electronic")
