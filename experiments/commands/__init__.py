"""The commands of `suasion`: one module each, with its options and its help. `experiments.cli` registers them."""
