"""From a Spec to a World: indicators, entities, network, coded facts, events, charters."""
