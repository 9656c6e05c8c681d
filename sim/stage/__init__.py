"""From a specification to a world: indicators, entities, network, coded facts, events, charters."""
