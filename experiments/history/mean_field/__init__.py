"""The mean-field model: the mechanisms of one coded crisis without single citizens, compiled, for calibration."""
