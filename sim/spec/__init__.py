"""From YAML and command line to a specification: files, overrides, typed schema, derived values, priors."""
