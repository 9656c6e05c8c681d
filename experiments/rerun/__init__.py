"""`suasion rerun`: results made again from what they carry, and compared bit for bit."""
