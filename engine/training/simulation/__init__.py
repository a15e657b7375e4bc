"""A simulated TT-150k-genre whose true match is known: for comparing systems, never for users.

| File | What |
|---|---|
| `parameters.py` | every parameter, fixed before any system was tuned |
| `worlds.py` | named worlds, harder than the default |
| `world.py` | tracks, uploaders and their taste, exposure and choice: the causal graph |
| `observe.py` | the features and texts that a system observes |
| `pairsets.py`, `professionals.py` | the picks of uploaders and of professionals as pairs |
| `testsets.py` | which videos are held out, and the true match |
| `simulated_data.py` | all of it as benchmark data |
| `interventions.py` | other genres in testing than in training |
"""
