"""Pure compiled functions: arrays and keys in, arrays out."""
