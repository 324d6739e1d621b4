"""A video in memory: true speed, title cards left out, small pictures with the right scale."""

import numpy as np
import pytest

from acquisition.video import VideoError
from calibration.scale import Scale
from tests.tui.quality_fakes import UM, DrawnVideo, card, swimmers
from tui.film import STEP_S, Film, Playhead


def never() -> bool:
    return False


def filled(video: DrawnVideo) -> Film:
    film = Film(video, UM)
    film.fill(never)
    return film


def number_at(film: Film, time_s: float) -> int:
    number = film.number_at(time_s)
    assert number is not None
    return number


@pytest.mark.parametrize(("rate_hz", "kept"), [(50.0, 50), (25.0, 100), (30.0, 100)])
def test_pictures_keep_their_times_and_at_most_so_many_are_kept(rate_hz, kept):
    film = filled(DrawnVideo(100, rate_hz, swimmers))
    assert film.ended
    assert number_at(film, film.length_s) == kept - 1
    assert film.length_s == pytest.approx(100 / rate_hz, abs=2 * STEP_S)
    # At 0.4 s the picture of 0.4 s is shown.
    number = number_at(film, 0.4 + 1e-6)
    true = swimmers(round(0.4 * rate_hz)).astype(float)
    off = [np.abs(film.picture(n).astype(float) - true).mean() for n in (number - 3, number)]
    assert off[1] < off[0] < 12


def test_wide_pictures_are_made_smaller_and_their_scale_follows():
    wide = DrawnVideo(4, 25.0, lambda index: np.kron(swimmers(index), np.ones((3, 3), np.uint8)))
    film = filled(wide)
    assert film.picture(0).shape == (240, 320)
    assert film.scale == Scale(1.5, 1.5, UM.source)
    assert Film(wide, None).scale is None


def test_title_cards_are_never_shown():
    def montage(index: int) -> np.ndarray:
        return card() if 50 <= index < 100 else swimmers(index, seed=5 if index < 50 else 9)

    film = filled(DrawnVideo(150, 50.0, montage))
    shown = [film.picture(n) for n in range(number_at(film, film.length_s) + 1)]
    titles = [number for number, one in enumerate(shown) if np.median(one) < 60]
    assert len(shown) == pytest.approx(50, abs=3)
    # The cut may be seen a frame or two late.
    assert len(titles) <= 1
    assert film.length_s == pytest.approx(2.0, abs=3 * STEP_S)


def test_a_video_of_titles_alone_is_none():
    film = Film(DrawnVideo(100, 50.0, lambda index: card()), UM)
    with pytest.raises(VideoError, match="nothing but a title"):
        film.fill(never)


def test_what_nobody_wants_any_more_is_not_read_to_its_end():
    film = Film(DrawnVideo(1000, 25.0, swimmers), UM)
    film.fill(lambda: film.length_s > 1)
    assert film.length_s < 2


def test_a_damaged_video_ends_where_it_breaks():
    class Broken(DrawnVideo):
        def frames(self):
            yield from list(super().frames())[:50]
            raise VideoError("frame 50 cannot be decoded")

    film = Film(Broken(100, 25.0, swimmers), UM)
    with pytest.raises(VideoError, match="frame 50"):
        film.fill(never)
    assert film.ended
    assert film.length_s > 1


def test_the_head_goes_on_by_true_time_pauses_steps_and_begins_again():
    film, head = filled(DrawnVideo(50, 25.0, swimmers)), Playhead()
    for now_s, place_s in ((100.0, 0.0), (100.5, 0.5), (101.2, 1.2)):
        head.go_on(now_s, film)
        assert head.position_s == pytest.approx(place_s)
    head.paused = True
    head.go_on(105.0, film)
    assert head.position_s == pytest.approx(1.2)
    head.step(-2, film)
    assert head.position_s == 0
    head.step(9, film)
    assert head.position_s == film.length_s
    head.paused = False
    head.go_on(105.1, film)
    assert head.position_s == 0


def test_the_head_waits_where_the_film_is_still_being_read():
    film, head = Film(DrawnVideo(50, 25.0, swimmers), UM), Playhead()
    head.go_on(0.0, film)
    head.go_on(3.0, film)
    assert (head.position_s, film.number_at(0.0)) == (0.0, None)
