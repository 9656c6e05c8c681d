"""`suasion run`: one replication, its records, metrics and figures in one folder."""
