"""Completion in bash: its script, and the word under the cursor.

Bash parts words at `=`, `:` and quotes (COMP_WORDBREAKS) and replaces the last part alone, so the line is read whole here,
and a completion goes back without what stands before that part.
"""

import os
import re

from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

SPECIAL = re.compile(r"[^\w@%+=:,./\[\]-]")  # characters that a shell would read in its way
SCRIPT = """\
%(complete_func)s() {
    local kind word
    COMPREPLY=()
    while IFS=, read -r kind word; do
        case "$kind" in
            file) compopt -o default ;;
            dir) compopt -o plusdirs ;;
            open) compopt -o nospace; COMPREPLY+=("$word") ;;
            word) COMPREPLY+=("$word") ;;
        esac
    done < <(COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" COMP_PART="$2" %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class WholeLine(BashComplete):
    """Reads the line up to the cursor, whatever parts bash makes of it."""

    source_template = SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one under the cursor, and that one."""
        line = os.environ["COMP_LINE"].encode()[: int(os.environ["COMP_POINT"])].decode(errors="ignore")
        parts, quote, ended = split_arg_string(line), *_end(line)
        self._word = "" if ended else parts.pop()
        part = os.environ["COMP_PART"]
        part = part if quote else "".join(split_arg_string(part))
        self._before = self._word.removesuffix(part) if self._word.endswith(part) else ""
        self._quote = quote
        return parts[1:], self._word

    def complete(self) -> str:
        """One line per completion. Bash would close a quote behind a single word that is not at its end, so that one gets company."""
        args, incomplete = self.get_completion_args()
        items = self.get_completions(args, incomplete)
        if self._quote and len(items) == 1 and getattr(items[0], "opens", False):
            items.append(CompletionItem(f"{items[0].value}...", opens=True))
        return "\n".join(self.format_completion(item) for item in items)

    def format_completion(self, item: CompletionItem) -> str:
        """The kind of a completion and the part that bash inserts."""
        if item.type in ("dir", "file"):
            return f"{item.type},"
        text = str(item.value).removeprefix(self._before)
        text = text if self._quote else SPECIAL.sub(r"\\\g<0>", text)
        return f"{'open' if getattr(item, 'opens', False) else 'word'},{text}"


def _end(line: str) -> tuple[str, bool]:
    """The quote that is open at the end of a line, and whether the last word has ended."""
    quote, escaped, ended = "", False, True
    for character in line:
        if escaped:
            escaped, ended = False, False
        elif character == "\\" and quote != "'":
            escaped, ended = True, False
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote, ended = character, False
        else:
            ended = character.isspace()
    return quote, ended


def register() -> None:
    """Let click use this class for bash."""
    add_completion_class(WholeLine)
