"""Whether the results of a session may be handed on: not while a control says they cannot be."""

from qc.eqa.rounds.blocking import Block
from qc.eqa.rounds.values import Reader, ReaderKind
from qc.records.store import Store
from qc.records.values import SessionRecord


class BlockedError(Exception):
    """The operator's or the instrument's controls have broken a rule; the text says which."""


def check_may_report(store: Store, session: SessionRecord, instrument: str) -> None:
    """Refuse to report a session whose operator or instrument has broken a rule.

    Args:
        store: The records, with the control programmes.
        session: The session.
        instrument: Name of the instrument that it is reported from.

    Raises:
        BlockedError: If a rule was broken and nobody with the right to do so has said why results
            may be reported again.
        StoreError: If the records cannot be read.
    """
    behind = (
        Reader(ReaderKind.PERSON, session.plan.operator),
        Reader(ReaderKind.INSTRUMENT, instrument),
    )
    for block in store.rounds.blocks():
        if any(block.reader.is_same(one) for one in behind):
            raise BlockedError(f"reporting is blocked: {block}; {how_to_release(block)}")


def how_to_release(block: Block) -> str:
    """Return what lets a reader's results through again."""
    return (
        "find the cause, then a quality manager says why with motiscope eqa control release "
        f'"{block.round_name}" --reader "{block.reader.name}", or with u in the list of ctrl+e'
    )
