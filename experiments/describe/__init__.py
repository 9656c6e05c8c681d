"""`suasion list` and `suasion describe`: everything that has a name, and how well it is known."""
