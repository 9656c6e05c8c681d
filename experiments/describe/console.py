"""Terminal output of `suasion list` and `suasion describe`."""

from rich.table import Table

from experiments.describe.lists import LISTS
from experiments.describe.lookup import description
from experiments.terminal.printing import Console, print_table


def show_list(kind: str, config_dir: str | None) -> None:
    """Print one kind as a table."""
    columns, rows = LISTS[kind](config_dir)
    table = Table(*columns, box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(*row)
    print_table(table, width=200)


def show_description(name: str, config_dir: str | None) -> None:
    """Print the explanation of a name."""
    console = Console(highlight=False, width=None if Console().is_terminal else 110)
    for line in description(name, config_dir):
        console.print(line, markup=False)
