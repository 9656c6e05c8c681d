"""What a run leaves: series and events, recorded day by day."""
