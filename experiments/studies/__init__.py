"""Studies of the model that docs and tests rest on; each is a command, `python -m experiments.studies.NAME`."""
