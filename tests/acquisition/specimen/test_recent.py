"""The memory of recent results remembers, forgets and lets its owner go."""

import gc
import weakref

from acquisition.specimen.picture import FieldView
from acquisition.specimen.recent import Recent
from acquisition.specimen.settings import SpecimenSettings
from acquisition.specimen.specimen import Specimen


def test_a_result_is_made_once_until_it_is_forgotten() -> None:
    recent: Recent[str, int] = Recent(2)
    made: list[str] = []

    def make(key: str) -> int:
        made.append(key)
        return len(made)

    def ask(key: str) -> int:
        return recent.get(key, lambda: make(key))

    assert [ask("a"), ask("b"), ask("a"), ask("c"), ask("a"), ask("b")] == [1, 2, 1, 3, 1, 4]
    assert made == ["a", "b", "c", "b"]


def test_a_view_goes_without_waiting_for_the_garbage_collector() -> None:
    gc.disable()
    view = FieldView(Specimen(SpecimenSettings(extent_um=800)), width_px=64, height_px=64)
    view.render(0.0)
    gone = weakref.ref(view)
    del view
    gc.enable()
    assert gone() is None
