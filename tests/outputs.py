"""Outputs of commands as tests read them."""


def flat(output: str) -> str:
    """An output with every run of blanks and line ends as one blank, so that wrapped sentences can be searched."""
    return " ".join(output.split())
