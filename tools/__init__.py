"""Scripts that make data which ship with the product; no part of it."""
