"""Training data: where pairs come from, what describes them, and what is held out.

| File | What |
|---|---|
| `pairs.py`, `extras.py` | `PairSet`: videos, tracks and which match: the one form of data |
| `edits.py`, `readers.py` | finished edits of a folder or a table, and their pairs |
| `features_cache.py`, `extraction.py` | features by the app's own stages, cached; Dask |
| `tastes.py` | genre histograms of uploaders, mean taste, drift |
| `splits.py` | held-out sources and folds |
| `same_clips.py` | clips that stand in a set twice; sources that share one |
| `benchmark_data.py` | `Queries`, `TestSet`, `BenchmarkData`, `TrainingData` |
| `own_pairs.py` | someone's own pairs as benchmark data |
| `rhythm.py` | how the rhythm of a clip fits its music (CMT) |
| `intervened_tests.py` | T_diverse and T_matching of given pairs |
| `given_splits.py` | other genres in testing than in training; later picks |
| `split_data.py` | given data, split anew for each seed |
| `benchmark_files.py` | benchmark data in our own files |
| `reference_format.py`, `…_reader.py`, `…_columns.py`, `…_writer.py` | DebCM's data format |
| `loaders.py` | every format, behind one contract |
| `open_benchmark.py` | opens benchmark data in any format |
| `digests.py` | whether two runs have the same data |
| `archives.py`, `object_arrays.py` | .npz and .npy files from untrusted sources |
"""
