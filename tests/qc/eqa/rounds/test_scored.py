"""A round is scored when it is closed: by its table, or by the others, never by one's own."""

import math
from dataclasses import replace

import pytest

from inference.counting import GradeCounts
from qc.eqa.report import set_report
from qc.eqa.rounds.scored import score_round, score_round_by_others
from qc.eqa.rounds.signing import seal_of_round, sign
from qc.eqa.rounds.values import Closing, Reader, ReaderKind, RoundError, SignedReading
from qc.eqa.score_document import score_document
from qc.eqa.scores.performance import ScoreKind
from qc.eqa.scores.reading import Parameter
from qc.eqa.scores.robust import algorithm_a
from tests.qc.eqa.rounds.made import NOON, SCOPE, make_reading, make_round

PEOPLE = [Reader(ReaderKind.PERSON, name) for name in ("Ada", "Ben", "Cleo")]
RAPID = {"Ada": 60, "Ben": 64, "Cleo": 52, "scope 1": 80}


def closed(**changes):
    return replace(make_round(), closed=Closing("Quinn", "over", NOON), **changes)


def read(one, *readers, videos=3, rapid=None):
    signed: list[SignedReading] = []
    previous = seal_of_round(one)
    for reader in readers:
        for place in range(videos):
            a = (rapid or RAPID)[reader.name]
            counts = GradeCounts(a, 40, 20, 140 - a)
            reading = make_reading(one, place, reader, counts)
            signed.append(sign(reading, len(signed) + 1, previous))
            previous = signed[-1].sha256
    return signed


def test_an_open_round_shows_nothing():
    one = make_round()
    for score in (score_round, score_round_by_others):
        with pytest.raises(RoundError, match="spring is open: its values are shown to nobody"):
            score(one, read(one, *PEOPLE, SCOPE))


def test_readers_are_scored_by_the_assigned_values():
    one = closed(given_sigma={Parameter.RAPID: 4.0}, standard_uncertainty=3.0)
    scored = score_round(one, read(one, *PEOPLE[:2], SCOPE))
    assert [each.reader.name for each in scored.readers] == [
        "Ada", "Ben", "motiscope on scope 1",
    ]  # fmt: skip
    first = scored.readers[1].scores.of(Parameter.RAPID).scores[0]
    # 64 of 200 are 32 %, assigned 30 %: z' = 2 / sqrt(16 + 9).
    assert first.kind is ScoreKind.Z_PRIME
    assert first.value == pytest.approx(0.4)
    assert scored.readers[0].reader.software == ""
    assert scored.readers[2].reader.software == "motiscope 0.1.0"


def test_nobody_is_scored_against_a_mean_with_its_own_reading():
    one = closed()
    scored = score_round_by_others(one, read(one, *PEOPLE, SCOPE))
    ada = scored.readers[0].scores
    others = algorithm_a([RAPID[name] / 2 for name in ("Ben", "Cleo", "scope 1")])
    rest = algorithm_a([(140 - RAPID[name]) / 2 for name in ("Ben", "Cleo", "scope 1")])
    total = others.mean + 20 + 10 + rest.mean
    assert ada.of(Parameter.RAPID).assigned[0] == pytest.approx(100 * others.mean / total)
    otherwise = read(one, *PEOPLE, SCOPE, rapid=RAPID | {"Ada": 10})
    assert score_round_by_others(one, otherwise).readers[0].scores.assigned == ada.assigned


def test_every_score_by_the_others_can_be_taken_again_from_what_is_written():
    one = closed(given_sigma=dict.fromkeys(Parameter, 4.0), standard_uncertainty=0.5)
    scored = score_round_by_others(one, read(one, *PEOPLE, SCOPE))
    others = algorithm_a([RAPID[name] / 2 for name in ("Ben", "Cleo", "scope 1")])
    document = score_document(scored)
    rapid = document["readers"][0]["scores"]["parameters"][0]
    assert rapid["uncertainties"] == [pytest.approx(others.standard_uncertainty)] * 3
    for reader in document["readers"]:
        for parameter in reader["scores"]["parameters"]:
            for reading, value, u, score in zip(
                *(parameter[key] for key in ("readings", "assigned", "uncertainties", "scores")),
                strict=True,
            ):
                sigma = math.hypot(4, u) if score["kind"] == "z'" else 4
                assert score["value"] == pytest.approx((reading - value) / sigma)
    assert document["rules"]["standard_uncertainty"] is None
    low, high = scored.uncertainties
    said = set_report(scored).methods[-1]
    assert f"robust mean (ISO 13528:2022, 7.7), per video {low:.2f} to {high:.2f} points" in said
    assert low < others.standard_uncertainty <= high


def test_one_uncertainty_of_all_assigned_values_is_written_once():
    one = closed(standard_uncertainty=0.5)
    scored = score_round(one, read(one, *PEOPLE))
    assert score_document(scored)["rules"]["standard_uncertainty"] == 0.5
    assert "uncertainty of the assigned values: 0.5 points" in set_report(scored).methods[-1]


def test_a_video_that_too_few_others_have_read_is_not_scored():
    one = closed()
    signed = [*read(one, *PEOPLE), *read(one, SCOPE, videos=1)]
    scored = score_round_by_others(one, signed)
    assert [each.scores.videos for each in scored.readers] == [(601,)] * 4
    with pytest.raises(RoundError, match="no video was read by 4 readers"):
        score_round_by_others(one, read(one, *PEOPLE))
    with pytest.raises(RoundError, match="nobody has read spring"):
        score_round(one, [])


def test_what_is_not_scored_by_the_others_is_named() -> None:
    one = closed()
    everyone = read(one, *PEOPLE, SCOPE)
    assert score_round_by_others(one, everyone).faults == ()
    last = one.items[-1]
    lacking = [
        each
        for each in everyone
        if each.reading.reader != SCOPE or each.reading.item_id != last.item_id
    ]
    assert len(lacking) < len(everyone)
    assert score_round_by_others(one, lacking).faults == (
        f"{SCOPE}: no reading that can be used of video {last.video_id}",
        f"video {last.video_id} was read by 3, fewer than 4: scored for nobody",
    )
