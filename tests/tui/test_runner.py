"""The thread of the examination."""

import threading

import pytest
from textual.message import Message

from acquisition.camera import CameraVanishedError
from qc.examination import ExaminationError
from tests.tui.fakes import RECORDING, ScriptedExamination
from tui.runner import Ended, Opened, Runner, StatusChanged


class Post:
    """Keeps messages, and an event for the last one."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.ended = threading.Event()

    def __call__(self, message: Message) -> bool:
        self.messages.append(message)
        if isinstance(message, Ended):
            self.ended.set()
        return True


def started(examination: ScriptedExamination) -> tuple[Runner, Post]:
    runner, post = Runner(), Post()
    runner.start(examination.open, post)
    return runner, post


def test_devices_are_closed_after_the_run_and_before_the_end_is_told():
    examination = ScriptedExamination()
    runner, post = started(examination)
    assert examination.runs.wait(5)
    examination.publish(RECORDING)
    examination.may_end.set()
    assert post.ended.wait(5)
    assert examination.events == ["opened", "run", "ended", "closed"]
    assert [type(each) for each in post.messages] == [Opened, StatusChanged, Ended]
    assert runner.leave()


def test_leaving_asks_waits_and_closes_in_that_order():
    examination = ScriptedExamination()
    runner, _post = started(examination)
    assert examination.runs.wait(5)
    assert runner.leave(timeout_s=5)
    assert examination.asked == [("leave",)]
    assert examination.events == ["opened", "run", "ended", "closed"]
    assert not runner.running


def test_devices_are_closed_even_if_the_examination_hangs():
    examination = ScriptedExamination()
    examination.leave = lambda: None  # type: ignore[method-assign]
    runner, post = started(examination)
    assert examination.runs.wait(5)
    assert not runner.leave(timeout_s=0.05)
    assert examination.events == ["opened", "run", "closed"]
    examination.may_end.set()
    assert post.ended.wait(5)


def test_leaving_while_the_devices_open_never_runs():
    examination, may_open = ScriptedExamination(), threading.Event()
    opens = threading.Event()

    def slow(publish):
        opens.set()
        may_open.wait(5)
        return examination.open(publish)

    runner, post = Runner(), Post()
    runner.start(slow, post)
    assert opens.wait(5)
    assert not runner.leave(timeout_s=0.05)
    may_open.set()
    assert post.ended.wait(5)
    assert examination.events == ["opened", "closed"]


@pytest.mark.parametrize(
    ("error", "by_camera"),
    [(CameraVanishedError("unplugged"), True), (OSError("disk full"), False)],
)
def test_an_error_ends_as_one_message(error, by_camera):
    wrapped = ExaminationError(str(error))
    wrapped.__cause__ = error
    examination = ScriptedExamination(fails_with=wrapped)
    _runner, post = started(examination)
    examination.may_end.set()
    assert post.ended.wait(5)
    end = post.messages[-1]
    assert isinstance(end, Ended)
    assert (end.error, end.camera_lost) == (str(error), by_camera)
    assert examination.events[-1] == "closed"


def test_devices_that_do_not_open_end_as_one_message():
    def refuse(publish):
        raise CameraVanishedError("no camera")

    runner, post = Runner(), Post()
    runner.start(refuse, post)
    assert post.ended.wait(5)
    assert [type(each) for each in post.messages] == [Ended]


def test_a_second_examination_is_refused():
    examination = ScriptedExamination()
    runner, _post = started(examination)
    with pytest.raises(RuntimeError, match="running"):
        runner.start(examination.open, _post)
    runner.leave()


def test_a_burst_of_statuses_is_worth_one():
    assert StatusChanged(RECORDING).can_replace(StatusChanged(RECORDING))
    assert not StatusChanged(RECORDING).can_replace(Ended(None))
