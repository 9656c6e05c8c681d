"""Folders of results: files, manifest, provenance, formatting of numbers and names."""
