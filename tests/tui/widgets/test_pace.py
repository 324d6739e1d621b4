"""How often the picture is painted."""

from tui.widgets.pace import Pace


def test_cheap_pictures_come_at_every_interval():
    pace = Pace(interval_s=0.1)
    assert pace.due(0.0)
    pace.painted(1.0, cost_s=0.001)
    assert not pace.due(1.05)
    assert pace.due(1.1)


def test_expensive_pictures_never_take_more_than_their_share():
    pace = Pace(interval_s=0.1, most_share=0.2)
    pace.painted(1.0, cost_s=0.1)
    assert not pace.due(1.4)
    assert pace.due(1.5)
