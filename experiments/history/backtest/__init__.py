"""`suasion backtest`: forecasts of crises that the model was not fitted on, and their scores."""
