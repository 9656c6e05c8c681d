"""From YAML and command line to a Spec: files, overrides, typed schema, derived values, priors."""
