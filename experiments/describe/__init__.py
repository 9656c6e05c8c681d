"""`suasion list` and `suasion describe`: every name of the model, every term of its outputs, and the quality of the data."""
