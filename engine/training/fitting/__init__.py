"""Fitting networks to pairs.

| File | What |
|---|---|
| `trainer.py` | epochs, steps, early stopping: the same weights on every CPU run |
| `sampler.py` | draws batches of pairs |
| `metrics.py` | how good recommendations are (Eq. 11-13 and beyond) |
| `validation.py` | the rank of the own music, for early stopping |
| `checkpoint.py` | the state of a fit, saved so that a killed run resumes |
| `distributed.py` | several processes that train together |
| `device.py` | CPU or GPU, and what to do when memory runs out |
| `records.py` | how the fits of a system went, and where they resume from |
| `model_card.py` | what a pack says of itself |
"""
