"""The address space of the session, before anything heavy is imported: libraries that do not fit hang or end without a reason."""

import sys

LEAST = 1000  # MiB that the imports of a command take, without any simulation


def refusal_of_memory() -> str | None:
    """The reason why no command can start in the address space of this session; None if there is room, or no limit."""
    if sys.platform == "win32":
        return None
    from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit

    limit = getrlimit(RLIMIT_AS)[0]
    if limit == RLIM_INFINITY or limit >> 20 >= LEAST:
        return None
    return f"memory: this session is limited to {limit >> 20} MiB (ulimit -v), and a command needs {LEAST} MiB to start"
