"""The foundation of all rooms: random streams, arithmetic, declarations of parameters and state, faults, received files, caches, version."""
