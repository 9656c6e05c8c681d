"""Experiments: each knows a model only as specification -> records."""
