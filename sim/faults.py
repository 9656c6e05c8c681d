"""A configuration whose parts do not fit together, as one exception."""


class InvalidSpec(ValueError):
    """A configuration whose parts do not fit together: key, value and what is allowed."""

    def __init__(self, key: str, value, allowed: str, valid: tuple[str, ...] = ()):
        super().__init__(f"{key}={value}: {allowed}")
        self.key, self.value, self.allowed, self.valid = key, value, allowed, tuple(valid)


def known(key: str, value: str, valid: tuple[str, ...], what: str) -> None:
    """Raises InvalidSpec unless the value is among the valid ones."""
    if value not in valid:
        raise InvalidSpec(key, value, f"must be {what}", valid)
