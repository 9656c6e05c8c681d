"""What a sweep says: which parameters matter, where an outcome occurs, where it tips."""
