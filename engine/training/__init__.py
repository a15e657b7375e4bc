"""Training: from finished edits to a matching pack, and the comparison of systems.

The stories are `train_pack.py`, `evaluate_pack.py` and `compare_systems.py`. Everything else is in
folders, which import only from those below them (`tests/import_graph.py` lists the order, and a
test checks it):

| Folder | What | Imports from |
|---|---|---|
| `benchmark/` | systems fitted and measured on the same data | all below |
| `systems/` | the systems of the papers' comparison table | fitting, method, data |
| `fitting/` | batches, steps, saved states, several processes | method, data |
| `method/` | the papers: teacher, student, deconfounder, losses, export | data |
| `simulation/` | simulated uploaders, videos and tracks with a known true match | data |
| `data/` | pairs, edits and their features, tastes, splits, test sets | none of these |

This package and no other imports torch.
"""
