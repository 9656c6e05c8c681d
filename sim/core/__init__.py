"""What every room stands on: random streams, arithmetic, declarations of parameters and state, faults, received files, caches, version."""
