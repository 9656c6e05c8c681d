"""Actors and their choices: charters of organisations, policies of states, decisions, payoffs, codes of actors."""
