"""The method: what the papers say, one file for each idea.

DebCM trains a teacher on professionals' pairs (PGC) and a student on uploaders' pairs (UGC). The
student's training score separates what taste explains from what matches; the app ranks with the
match alone. Equation and section numbers are those of the DebCM paper.

| Idea | Source | File |
|---|---|---|
| Gaussian encoders, decoders that cross over | Eq. 1-2, after CMVAE | `encoders.py`, `teacher.py` |
| generation, prior and matching terms | Eq. 3-6 | `losses.py`, `teacher.py` |
| the teacher learns from professionals' pairs | Alg. 1 | `teacher.py` |
| backdoor adjustment over taste | Eq. 7b, as an interaction | `deconfounder.py` |
| the student beside the frozen teacher | Eq. 10, Alg. 2 | `student.py` |
| taste erased from the picture | LEACE, Belrose et al. 2023 | `erasure.py` |
| first weights from linear CCA | Hotelling 1936 | `start.py`, `canonical_correlation.py` |
| genres by LSTM over frames | section 5.1, after Fulzele et al. 2018 | `genre_classifier.py` |
| several students as one network | ours | `ensemble.py` |
| ONNX models and their manifest | ours | `onnx_export.py` |

`training_config.py` holds every setting, `scaling.py` what an encoder sees of a feature vector,
`batch.py` what a network sees at a time; `split_batch.py` lets several processes encode one batch.
"""
