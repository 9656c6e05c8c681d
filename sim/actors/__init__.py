"""Who acts and how it chooses: charters of organisations, policies of states, choices, payoffs, codes of actors."""
