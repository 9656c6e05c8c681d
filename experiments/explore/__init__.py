"""Analyses of a sweep: sensitivity to parameters, scenario discovery, tipping lines."""
