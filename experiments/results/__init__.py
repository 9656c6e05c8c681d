"""Folders of results: writing, manifest, provenance, reading of files, formatting of numbers and names."""
