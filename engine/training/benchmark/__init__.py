"""Compares systems on the same data: fits that resume, one table, figures.

| File | What |
|---|---|
| `sources.py` | the data: a simulation and its variants, or one set from a folder |
| `configured.py` | a system with its own settings and those that all share |
| `search.py`, `search_spaces.py` | searches weights by validation, and which |
| `runner.py` | fits and measures every system; resumes where it stopped |
| `measure.py` | the metrics of one fitted system on one test set |
| `results.py`, `cases.py`, `losses.py` | the measured values, lists and losses, as .csv files |
| `query_ranks.py` | the rank of every query by every system, as .npz files |
| `saving.py` | saves all of a fit, its encoders too |
| `tables.py`, `figures.py` | Markdown tables and PNG figures, from these files alone |
"""
