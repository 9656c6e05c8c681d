"""`suasion compare`: arms over paired replications, intervals, verdicts, figures."""
