"""Experiments: commands, comparisons, sweeps and reports around the model, which they call with a specification."""
