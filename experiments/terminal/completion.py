"""Completion with the TAB key for `suasion run`, `suasion compare` and `suasion sweep`."""

from click.shell_completion import CompletionItem

from sim.spec.compose import known_keys
from sim.spec.config_files import names_in


def complete(command: str, before: list[str], incomplete: str) -> list[CompletionItem]:
    """Keys and values that continue a word. Bash splits words at '=' and other shells do not; both forms work."""
    if incomplete == "=":
        return [CompletionItem(value) for value in _values(before[-1] if before else "", command)]
    if before and before[-1] == "=":
        return [
            CompletionItem(v)
            for v in _values(before[-2] if len(before) > 1 else "", command)
            if v.startswith(incomplete)
        ]
    key, equals, start = incomplete.partition("=")
    if equals:
        return [CompletionItem(f"{key}={v}") for v in _values(key, command) if v.startswith(start)]
    return [CompletionItem(name, type="plain") for name in _keys(key, command)]


def _values(key: str, command: str) -> list[str]:
    if key in ("scenario", "stage"):
        return list(names_in(key))
    if key == "scenarios":
        return [f"[{name}]" for name in names_in("scenario")]
    return {
        "indicators": ["central", "drawn"],
        "citizens": ["all"],
        "csv": ["true", "false"],
        "quiet": ["true", "false"],
    }.get(key, [])


def _keys(start: str, command: str) -> list[str]:
    """Full keys one level below the typed text: groups end in '.', settings in '='."""
    node, path = known_keys(command if command in ("run", "compare", "sweep") else "run"), ""
    *parents, last = start.split(".")
    for part in parents:
        node, path = node.get(part) if isinstance(node, dict) else None, f"{path}{part}."
    if not isinstance(node, dict):
        return []
    groups = {"scenario", "stage"} if not parents else set()
    offered = sorted(set(node) | (groups - {"scenarios"}))
    return [
        f"{path}{k}{'.' if isinstance(node.get(k), dict) and k not in groups else '='}"
        for k in offered
        if k.startswith(last)
    ]
