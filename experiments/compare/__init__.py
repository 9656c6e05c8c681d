"""`suasion compare`: arms over paired worlds, intervals, verdicts, figures."""
