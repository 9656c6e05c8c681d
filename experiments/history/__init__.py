"""The record of history: real crises as data, as specifications of the model, and as a measure of its forecasts."""
