"""A stage that the technician moves by hand, watched through the camera.

Each move waits in three steps, and the technician is told which:

    told where to go -> the picture MOVES -> it has SETTLED -> it shows no earlier field

Random places keep the choice out of the technician's hands; the pictures keep out the same field
twice. Where they cannot tell (nothing lies still in them, or dirt on the lens stays in all of
them) the technician's word is taken, and said with the field.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from acquisition.camera import Camera
from acquisition.frame import Frame
from acquisition.image_quality import Grey
from acquisition.latest import Latest
from acquisition.notice import Notice
from acquisition.same_place import SAME_PLACE, overlap, still_picture
from acquisition.stage import EXAMINED_AREA, Position, StageError, StageLimits

# A still picture is the median of this many pictures, this far apart on the wall's clock.
STILL_OF = 5
LOOK_S = 0.2
# Two pictures in a row with less in common than this are of a slide that moves.
SETTLED_SHARE = 0.97
# So well at least do two pictures 0.2 s apart agree at their best shift, whatever swims in them,
_ALIKE = 0.3
# and so well a picture with what stays in it and those before: at rest 0.63 and more in the
# simulated specimen, 0.34 and less on a moving slide, where only the dirt on the lens stays.
_OF_THE_SLIDE = 0.5
# After so many looks at which nothing lay still the slide is not moving any more.
_UNCLEAR_LOOKS = 3
BY_HAND = "the place was taken by hand, to about a millimetre"


@dataclass(frozen=True, slots=True)
class Operator:
    """The technician at the stage.

    Attributes:
        tell: Shows one line, and whether it asks for a confirmation.
        confirmed: Whether the technician has said since the last look that the place is right.
    """

    tell: Callable[[str, bool], None]
    confirmed: Callable[[], bool]


class ManualStage:
    """A stage without a motor; see `acquisition.stage.Stage`.

    Args:
        camera: Open, with its settings applied, and not streaming.
        operator: Whom to tell.
        latest: Where pictures are offered meanwhile.
        look_s: Time between two looks at the picture.
        hand: Moves the slide where there is nobody to do it, as under the simulated microscope.
    """

    def __init__(
        self,
        camera: Camera,
        operator: Operator,
        latest: Latest | None = None,
        look_s: float = LOOK_S,
        hand: Callable[[Position], None] | None = None,
    ) -> None:
        self._camera = camera
        self._operator = operator
        self._latest = latest or Latest()
        self._look_s = look_s
        self._hand = hand
        self._position: Position | None = None
        self._fields: list[tuple[int, Grey]] = []
        self._stopped = threading.Event()
        self._notices: tuple[Notice, ...] = ()

    @property
    def limits(self) -> StageLimits:
        """The part of the coverslip that the technician is sent to."""
        return EXAMINED_AREA

    @property
    def notices(self) -> tuple[Notice, ...]:
        """That the place was taken by hand, and how far the pictures could tell."""
        return self._notices

    def position(self) -> Position:
        """Where the technician was last sent, and went; the middle before the first time."""
        return self._position or Position(0.0, 0.0)

    def new_slide(self) -> None:
        """Forget the fields of the slide before."""
        self._position = None
        self._fields.clear()

    def move_to(self, target: Position) -> None:
        """Send the technician to a place, and return once the pictures show that it is reached.

        `notices` then says how far the pictures could tell.

        Raises:
            StageError: If the target lies outside the limits or the move was stopped.
            CameraError: If no picture comes.
        """
        self.limits.check(target)
        if target == self._position:
            return
        self._stopped.clear()
        self._operator.confirmed()
        if self._hand is not None:
            self._hand(target)
        watch = _Watch(tuple(self._fields), f"move the slide by hand to {in_words(target)}")
        with self._camera.frames() as stream:
            for pictures in self._looks(stream):
                said = watch.look(pictures, confirmed=self._operator.confirmed())
                self._operator.tell(said, watch.asks)
                if watch.arrived is not None:
                    self._fields.append((len(self._fields) + 1, watch.arrived))
                    break
        self._position, self._notices = target, watch.notices

    def stop(self) -> None:
        """End the wait for the technician."""
        self._stopped.set()

    def close(self) -> None:
        """Do nothing: the camera is not the stage's own."""

    def _looks(self, stream: Iterator[Frame]) -> Iterator[tuple[Grey, ...]]:
        """Yield the newest few pictures at every look."""
        taken: list[Grey] = []
        due_s = 0.0
        for frame in stream:
            if self._stopped.is_set():
                raise StageError("the move by hand was stopped; begin it again")
            self._latest.offer(frame)
            if time.monotonic() < due_s:
                continue
            due_s = time.monotonic() + self._look_s
            taken.append(frame.pixels)
            if len(taken) == STILL_OF:
                yield tuple(taken)
                taken.clear()
        raise StageError("the camera's pictures ended before the slide was moved")


class _Watch:
    """What is known of one move so far."""

    def __init__(self, fields: tuple[tuple[int, Grey], ...], order: str) -> None:
        self._fields = fields
        self._order = order
        self._before: Grey | None = None
        self._unclear_looks = 0
        self.asks = False
        self.arrived: Grey | None = None
        self.notices: tuple[Notice, ...] = ()

    def look(self, pictures: Sequence[Grey], *, confirmed: bool) -> str:
        """Judge the newest pictures and return what the technician should know."""
        still = still_picture(pictures)
        before, self._before = self._before, still
        self.asks = False
        if before is None:
            return self._order
        if _in_motion(before, still, pictures):
            return f"{self._order}; it is moving"
        if not _lies_still(before, still, pictures):
            return self._unclear(still, confirmed)
        self._unclear_looks = 0
        found = self._seen_before(still)
        if found is not None:
            doubt = f"the picture shows {found[1]:.0%} of field {found[0]}"
            return self._taken_on_trust(still, confirmed, doubt)
        if not self._fields and not confirmed:
            self.asks = True
            return f"{self._order}, and confirm"
        self.arrived, self.notices = still, (Notice("by_hand", BY_HAND),)
        return "the place is new and the slide is at rest"

    def _unclear(self, still: Grey, confirmed: bool) -> str:
        self._unclear_looks += 1
        if self._unclear_looks < _UNCLEAR_LOOKS:
            return f"{self._order}; it is moving"
        return self._taken_on_trust(still, confirmed, "nothing lies still in the picture")

    def _seen_before(self, still: Grey) -> tuple[int, float] | None:
        """Return the field that the picture shows again, the latest first, and how much of it."""
        for number, field in reversed(self._fields):
            common = overlap(field, still)
            if common.is_certain:
                return number, common.share
        return None

    def _taken_on_trust(self, still: Grey, confirmed: bool, doubt: str) -> str:
        if not confirmed:
            self.asks = True
            return f"{self._order}; {doubt}, so confirm once it is another place"
        self.arrived = still
        text = f"{BY_HAND}, on the technician's word alone: {doubt}"
        self.notices = (Notice("by_hand_unverified", text),)
        return "taken on your word"


def _in_motion(before: Grey, still: Grey, pictures: Sequence[Grey]) -> bool:
    """Whether two pictures in a row agree, and do so shifted."""
    pairs = ((overlap(*pictures[-2:]), _ALIKE), (overlap(before, still), SAME_PLACE))
    return any(found.correlation >= least and found.share < SETTLED_SHARE for found, least in pairs)


def _lies_still(before: Grey, still: Grey, pictures: Sequence[Grey]) -> bool:
    """Whether what stays in the pictures is the slide, and stayed since the look before."""
    seen = overlap(still, pictures[-1])
    return seen.correlation >= _OF_THE_SLIDE and overlap(before, still).is_certain


def in_words(place: Position) -> str:
    """Return where a place lies on the coverslip, as the technician looks at it."""
    x_mm, y_mm = place.x_um / 1000, place.y_um / 1000
    sideways = f"{abs(x_mm):.1f} mm {'right' if x_mm >= 0 else 'left'}"
    along = f"{abs(y_mm):.1f} mm {'towards you' if y_mm >= 0 else 'away from you'}"
    return f"{sideways} and {along} of the coverslip's middle"
