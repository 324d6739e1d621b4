"""Corrections from the screens: stored at once, their reports written again when there is time."""

import threading
from uuid import UUID

from qc.corrections import Correction
from qc.records.store import Store
from qc.report import renew_report


class Correcting:
    """Stores corrections, and remembers whose report shows older counts.

    Args:
        store: Keeps the records.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._stale: set[UUID] = set()

    def correct(self, session_id: UUID, field_id: UUID, wanted: Correction) -> Correction:
        """Store a correction of a session's field.

        Raises:
            CorrectionError: If it contradicts what is there.
            StoreError: If it cannot be stored.
        """
        made = self._store.correct(field_id, wanted)
        self._stale.add(session_id)
        return made

    def renew_reports(self) -> None:
        """Write the reports of all corrected sessions again, where they have one.

        Raises:
            StoreError: If a session cannot be read.
            ReportError: If a report cannot be written; it is tried again next time.
        """
        with self._lock:
            for session_id in tuple(self._stale):
                renew_report(session_id, self._store.session)
                self._stale.discard(session_id)
