"""Pure compiled functions: arrays and keys in, arrays out."""

from os import environ

# threads that have finished sleep until the next day; spinning, they take the processor from those that have not
environ.setdefault("OMP_WAIT_POLICY", "passive")
