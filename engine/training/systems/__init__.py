"""The systems of the papers' comparison table, one file each, behind one contract.

`contract.py` says what a system is, `registry.py` names them all, `two_branches.py` is what most
share: two encoders into one space. `parts.py` has the helps that any learned system can be given,
by a name such as "cmvae+within+erasure". `debiasing.py` and `two_recommenders.py` serve several of
the debiased systems, `operators.py` serves `debcm.py`; `guarded.py` fits a
system with less where held-out pairs say so. `members.py` fits any of them as an ensemble: the
bundled pack's recipe is the system "shipped" with the defaults of `TrainingConfig`.

To add a system: one file with a dataclass that has `name`, `needs_pgc` and `fit`, and one line in
the registry.
"""
