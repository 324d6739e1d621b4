"""Tables of text as the terminal draws them."""

from rich.table import Table
from rich.text import Text

from qc.eqa.scoring.tables import TextTable


def rich_table(table: TextTable) -> Table:
    """Return a table with its title above and its note below; numbers stand at the right."""
    drawn = Table(
        title=Text(table.title, "bold"), caption=Text(table.note) if table.note else None,
        title_justify="left", caption_justify="left",
    )  # fmt: skip
    for column, name in enumerate(table.head):
        drawn.add_column(Text(name), justify="left" if column == 0 else "right")
    for row in table.rows:
        drawn.add_row(*map(Text, row))
    return drawn
