"""Compiled functions on arrays: arrays and keys in, arrays out, no state."""
