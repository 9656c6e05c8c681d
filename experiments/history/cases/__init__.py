"""Crises of the record: files, actors, coded facts, and their specifications."""
