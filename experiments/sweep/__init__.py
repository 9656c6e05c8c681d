"""`suasion sweep`: designs of axes, runs in shards, a folder that is complete at every moment."""
