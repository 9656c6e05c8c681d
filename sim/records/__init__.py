"""Records of a run: series and events, day by day."""
