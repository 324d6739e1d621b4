"""The cells of a session, those to review first, with pictures, and corrections of them."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import DataTable, Footer, Static

from inference.grading import Grade
from qc.corrections import Correction, CorrectionKind, described
from qc.records.database import StoreError
from qc.records.values import FieldRecord, SessionRecord
from qc.result import session_result
from qc.review import ReviewLine, review_lines
from tui.screens.keyed import HELP_KEY, KeyedScreen
from tui.screens.place import PlaceScreen
from tui.screens.reason import Extra, Given, ReasonDialog
from tui.services import CORRECTION_FAILURES, PICTURE_FAILURES, Services
from tui.widgets.crop import crop
from tui.widgets.frame_view import FrameView, Mark
from tui.widgets.review_words import COLUMNS, all_of, near_it, row_of, summary_of
from tui.widgets.title_bar import TitleBar
from tui.widgets.words import GRADE_WORDS

_KEPT = "What the analysis said is kept; the counts change and say that they were corrected."


class ReviewScreen(KeyedScreen):
    """Lists the cells of one session and takes corrections of them."""

    CSS_PATH = "review.tcss"
    TITLE = "Review"
    AUTO_FOCUS = "DataTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                grade.value,
                f"grade('{grade}')",
                "Grade",
                key_display="a-d",
                show=grade is Grade.RAPID,
                tooltip="The cell has this grade",
                id=f"review.{grade}",
            )
            for grade in Grade
        ),
        Binding("x", "false_cell", "False", tooltip="This is no cell", id="review.false"),
        Binding("m", "missed", "Missed", tooltip="A cell of this field was missed", id="review.m"),
        Binding("j", "joined", "Two cells", tooltip="This track is two cells", id="review.joined"),
        Binding("s", "split", "Same", tooltip="Another track is the same cell", id="review.split"),
        Binding("u", "undo", "Undo", tooltip="Withdraw its last correction", id="review.undo"),
        Binding(
            "g",
            "grid",
            "Grid",
            show=False,
            tooltip="Grid of 25 µm over the picture",
            id="review.grid",
        ),
        Binding("q,escape", "leave", "Back", tooltip="Go back", id="review.back"),
        HELP_KEY,
    ]
    REMARKS: ClassVar[tuple[str, ...]] = (
        "The cell stands between ▸ and ◂ in the frame in which it is first seen, its way is "
        "dotted, the cells near it are numbered.",
        "? to review, ✎ corrected, ✗ no cell of its own any more; a to d are the model's percent.",
        "A correction is kept with who and why; the grade of the analysis stays readable. A cell "
        "that swam in later is not counted, whatever its grade.",
    )

    class Left(Message):
        """The screen was left after corrections; reports may show older counts."""

    def __init__(self, services: Services, session_id: UUID) -> None:
        super().__init__()
        self._services = services
        self._session_id = session_id
        self._session: SessionRecord | None = None
        self._lines: dict[str, ReviewLine] = {}
        self._operator = services.operator
        self._corrected = False

    def compose(self) -> ComposeResult:
        """Lay out the table beside the picture and what is known of the cell."""
        yield TitleBar("Review")
        with Horizontal(id="body"):
            yield DataTable(cursor_type="row", zebra_stripes=False)
            with Vertical(id="side"):
                yield FrameView(id="picture")
                with VerticalScroll(id="known", can_focus=False):
                    yield Static("", id="facts", markup=False)
        yield Static("", id="message", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Name the columns and read the session."""
        table = self.query_one(DataTable)
        for name in COLUMNS:
            table.add_column(name, key=name)
        self._load()

    @work(thread=True, exclusive=True, exit_on_error=False, group="review")
    def _load(self) -> None:
        try:
            session = self._services.store.session(self._session_id)
        except StoreError as error:
            self.app.call_from_thread(self.say, f"✗ {error}")
        else:
            self.app.call_from_thread(self._show, session, "")

    def _show(self, session: SessionRecord, message: str) -> None:
        """Show the cells, the cursor where it was."""
        chosen = self._chosen()
        self._session = session
        lines = review_lines(session)
        self._lines = {line.key: line for line in lines}
        table = self.query_one(DataTable)
        table.clear()
        for line in lines:
            table.add_row(*map(Text, row_of(line)), key=line.key)
        if chosen is not None:
            table.move_cursor(row=list(self._lines).index(chosen.key), animate=False)
        corrections = session_result(session).corrections
        self.query_one(TitleBar).say(summary_of(session, lines, corrections))
        none = "this session was stored without its cells; motiscope correct adds a missed one"
        self.say(message if lines else none)
        self._show_chosen()

    @on(DataTable.RowHighlighted)
    def _show_chosen(self) -> None:
        """Show what is known of the cell under the cursor, and fetch its picture."""
        self.refresh_bindings()
        line = self._chosen()
        facts = all_of(line, self._beside(line)) if line else ""
        self.query_one("#facts", Static).update(facts)
        if line is None or self._session is None:
            return
        self._fetch(self._session, line)

    def _beside(self, line: ReviewLine) -> tuple[ReviewLine, ...]:
        return tuple(each for each in self._lines.values() if each.place == line.place)

    @work(thread=True, exclusive=True, exit_on_error=False, group="picture")
    def _fetch(self, session: SessionRecord, line: ReviewLine) -> None:
        try:
            pixels = self._services.picture(session, line.field, line.frame)
        except PICTURE_FAILURES as error:
            self.app.call_from_thread(self._miss_picture, line, str(error))
        else:
            self.app.call_from_thread(self._show_picture, line, pixels)

    def _show_picture(self, line: ReviewLine, pixels: NDArray[np.uint8]) -> None:
        result = line.field.result
        if self._chosen() != line or result is None:
            return
        view = self.query_one(FrameView)
        view.clear()
        part = crop(pixels, result.scale, line, self._beside(line))
        view.fault, view.scale, view.marks = "", result.scale, part.marks
        view.show(part.pixels)

    def _miss_picture(self, line: ReviewLine, error: str) -> None:
        if self._chosen() == line:
            view = self.query_one(FrameView)
            view.clear()
            view.fault = "no picture"
            self.say(f"✗ {error}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something with the cell under the cursor."""
        del parameters
        line = self._chosen()
        possible = {name: bool(line and not line.now.gone) for name in _OF_A_CELL}
        possible["missed"] = line is not None
        possible["undo"] = bool(line and line.now.corrections)
        return possible.get(action, True)

    def action_grade(self, letter: str) -> None:
        """Ask why the cell has another grade."""
        if (line := self._chosen()) is None:
            return
        grade = Grade(letter)
        if grade is line.now.grade:
            self.say(f"cell {line.now.number} is {grade} already")
            return
        question = f"{_name(line)} is {grade} {GRADE_WORDS[grade]}, not {line.now.grade}?"
        self._ask(line, question, CorrectionKind.WRONG_GRADE, grade=grade)

    def action_false_cell(self) -> None:
        """Ask why the cell is none."""
        if line := self._chosen():
            self._ask(line, f"{_name(line)} is no cell?", CorrectionKind.FALSE_CELL)

    def action_joined(self) -> None:
        """Ask for the grade of the second cell on a track."""
        if line := self._chosen():
            self._ask(
                line,
                f"{_name(line)} is two cells?",
                CorrectionKind.JOINED_TRACK,
                Extra("2nd's grade", "a, b, c or d", _check_grade),
                lambda text: {"grade": Grade(text.lower())},
            )

    def action_split(self) -> None:
        """Ask which other track is the same cell."""
        if line := self._chosen():
            numbers = {str(each.now.number) for each in self._beside(line)}
            self._ask(
                line,
                f"Another track is part of {_name(line).lower()}?",
                CorrectionKind.SPLIT_TRACK,
                Extra("Other cell", "its number", lambda text: _check_known(text, numbers)),
                lambda text: {"other": int(text)},
                near=near_it(line, self._beside(line)),
            )

    def action_undo(self) -> None:
        """Ask why the last correction of the cell is withdrawn."""
        line = self._chosen()
        if line is not None and line.now.corrections:
            last = line.now.corrections[-1]
            self._ask(
                line,
                f"Withdraw: {described(last)}?",
                CorrectionKind.WITHDRAWN,
                cell=None,
                withdraws=last.correction_id,
            )

    def action_grid(self) -> None:
        """Show or hide the grid."""
        self.query_one(FrameView).toggle_grid()

    def action_missed(self) -> None:
        """Show the picture in which the field begins, to say where a cell was missed."""
        line = self._chosen()
        if line is not None and self._session is not None:
            self._fetch_field(self._session, line)

    @work(thread=True, exclusive=True, exit_on_error=False, group="field")
    def _fetch_field(self, session: SessionRecord, line: ReviewLine) -> None:
        try:
            pixels = self._services.picture(session, line.field, line.field.begin_frame)
        except PICTURE_FAILURES as error:
            hint = "without its picture give the place with motiscope correct --missed --at X,Y"
            self.app.call_from_thread(self.say, f"✗ {error}; {hint}")
        else:
            self.app.call_from_thread(self._ask_place, line, pixels)

    def _ask_place(self, line: ReviewLine, pixels: NDArray[np.uint8]) -> None:
        result = line.field.result
        if result is None or not self.is_current:
            return
        begin = line.field.begin_frame
        found = [
            each
            for each in self._beside(line)
            if each.now.counted or (each.frame == begin and not each.now.gone)
        ]
        known = [Mark(each.x_px, each.y_px, "°") for each in found]

        def decide(place: tuple[float, float] | None) -> None:
            if place is not None:
                self._ask_missed(line, place)

        self.app.push_screen(PlaceScreen(pixels, result.scale, known), decide)

    def _ask_missed(self, line: ReviewLine, place: tuple[float, float]) -> None:
        x_px, y_px = place
        self._ask(
            line,
            f"A cell of field {line.place} was missed at {x_px:g}, {y_px:g} px?",
            CorrectionKind.MISSED_CELL,
            Extra("Its grade", "a, b, c or d", _check_grade),
            lambda text: {"grade": Grade(text.lower())},
            cell=None, x_px=x_px, y_px=y_px, frame=line.field.begin_frame,
        )  # fmt: skip

    def _ask(
        self,
        line: ReviewLine,
        question: str,
        kind: CorrectionKind,
        extra: Extra | None = None,
        read: Callable[[str], dict[str, Any]] = lambda text: {},
        near: str = "",
        **details: Any,  # noqa: ANN401 - what the kind of correction needs
    ) -> None:
        def decide(given: Given | None) -> None:
            if given is not None:
                self._operator = given.operator
                values = {"cell": line.now.number} | details | read(given.extra)
                self._store(line.field, Correction(kind, given.operator, given.reason, **values))

        detail = near or _KEPT
        self.app.push_screen(ReasonDialog(question, detail, self._operator, extra), decide)

    @work(thread=True, exit_on_error=False, group="store")
    def _store(self, field: FieldRecord, wanted: Correction) -> None:
        try:
            made = self._services.correct(self._session_id, field.field_id, wanted)
            session = self._services.store.session(self._session_id)
        except CORRECTION_FAILURES as error:
            self.app.call_from_thread(self.say, f"✗ {error}")
            return
        self._corrected = True
        self.app.call_from_thread(self._show, session, f"stored: {described(made)}")

    def action_leave(self) -> None:
        """Go back."""
        if self._corrected:
            self.post_message(self.Left())
        self.dismiss()

    def say(self, text: str) -> None:
        """Write into the message line."""
        self.query_one("#message", Static).update(text)

    def _chosen(self) -> ReviewLine | None:
        table = self.query_one(DataTable)
        if not table.row_count:
            return None
        key = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
        return self._lines.get(key or "")


_OF_A_CELL = ("grade", "false_cell", "joined", "split")


def _name(line: ReviewLine) -> str:
    return f"Cell {line.now.number} of field {line.place}"


def _check_grade(text: str) -> str:
    return "" if text.lower() in list(Grade) else "a, b, c or d"


def _check_known(text: str, numbers: set[str]) -> str:
    return "" if text in numbers else "no such cell"
