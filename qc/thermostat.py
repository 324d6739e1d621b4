"""Keeps an examination from recording on a cold or an overheated stage."""

from dataclasses import replace

from acquisition.heater import Heater, is_near
from acquisition.notice import Notice
from qc.board import StatusBoard
from qc.controls import Controls
from qc.plan import ExaminationPlan
from qc.status import Phase


class Thermostat:
    """Brings the stage to its temperature and watches it.

    Args:
        heater: The heated stage, None where there is none.
        plan: The temperature, its tolerance, and a reason to disregard them.
        board: Where the temperature is shown.
        controls: Where the operator may give such a reason.
        needed: Whether, without a heater, a reason is needed to record; not for a recording that
            is replayed.

    Attributes:
        override: Why fields are recorded at any temperature, None unless they are.
        given: The reason that the operator gave while waiting, None unless one was given.
    """

    def __init__(
        self,
        heater: Heater | None,
        plan: ExaminationPlan,
        board: StatusBoard,
        controls: Controls,
        *,
        needed: bool = False,
    ) -> None:
        self._heater = heater
        self._plan = plan
        self._board = board
        self._controls = controls
        self._needed = needed
        self.override = plan.temperature_override
        self.given: str | None = None

    def begin(self) -> None:
        """Ask the heater for the temperature.

        Raises:
            HeaterError: If it does not answer.
        """
        if self._heater is not None:
            self._heater.set_target_c(self._plan.temperature_c)

    def read_c(self) -> float | None:
        """Return the temperature of the stage in °C and show it, None without a heater.

        Raises:
            HeaterError: If it does not answer.
        """
        if self._heater is None:
            return None
        temperature_c = self._heater.temperature_c()
        self._board.post(replace(self._board.status, temperature_c=temperature_c))
        return temperature_c

    def ready(self) -> bool:
        """Whether a field may be recorded now.

        Raises:
            HeaterError: If the heater does not answer.
        """
        temperature_c = self.read_c()
        if self.override is not None:
            return True
        return not self._needed if temperature_c is None else self._within(temperature_c)

    def announce(self) -> None:
        """Show what is waited for."""
        plan = self._plan
        self._board.enter(
            Phase.PREPARING,
            f"waiting for {plan.temperature_c:.1f} ± {plan.temperature_tolerance_c:.1f} °C"
            if self._heater is not None
            else "no heated stage answers; say why fields may be recorded",
        )

    def warm_or_accepted(self) -> bool:
        """Whether a field may be recorded now, or the operator has given a reason to do so.

        Raises:
            HeaterError: If the heater does not answer.
        """
        given = self._controls.take_override()
        if given is not None:
            self.given, self.override = given, self.override or given
        return self.ready()

    def notices(self, *readings_c: float) -> tuple[Notice, ...]:
        """Return what a reader must know of a field recorded at these temperatures."""
        plan = self._plan
        if not readings_c and self._needed:
            return (Notice("no_temperature", f"the temperature was not measured; {self._reason}"),)
        off = [c for c in readings_c if not self._within(c)]
        if not off:
            return ()
        worst_c = max(off, key=lambda c: abs(c - plan.temperature_c))
        reason = f"; {self._reason}" if self.override else ""
        text = f"recorded at {worst_c:.1f} °C instead of {plan.temperature_c:.1f} °C{reason}"
        return (Notice("temperature", text),)

    @property
    def _reason(self) -> str:
        return f"accepted by the operator: {self.override}"

    def _within(self, temperature_c: float) -> bool:
        plan = self._plan
        return is_near(temperature_c, plan.temperature_c, plan.temperature_tolerance_c)
