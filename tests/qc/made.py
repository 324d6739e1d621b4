"""The kinds of the factories that the fixtures give."""

from collections.abc import Callable

from qc.records.values import FieldRecord, ReplicateRecord, ResultRecord, SessionRecord

MakeSession = Callable[..., SessionRecord]
MakeField = Callable[..., FieldRecord]
MakeResult = Callable[..., ResultRecord]
Begin = Callable[..., tuple[SessionRecord, ReplicateRecord]]
