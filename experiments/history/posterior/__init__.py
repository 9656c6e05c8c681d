"""The posterior sample of the parameters, from the record of history."""
