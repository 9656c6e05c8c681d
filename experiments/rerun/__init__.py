"""`suasion rerun`: repeats a result from its provenance and compares both bit for bit."""
