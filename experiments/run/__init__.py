"""`suasion run`: simulates one replication and writes records, metrics and figures into one folder."""
