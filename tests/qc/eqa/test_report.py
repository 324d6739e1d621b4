"""The report of a set: every section is there, and nothing else is needed."""

import re

import pytest

from qc.eqa.readers import read_person
from qc.eqa.report import report_page
from qc.eqa.scored import open_assigned, score_set
from qc.eqa.scoring.values import ScoringRules


@pytest.fixture
def scored(tmp_path):
    rows = ["1;30;20;10;40", "2;10;14;20;56", "3;40;30;10;20", "4;5;15;10;70", "5;20;25;15;40"]
    folder = tmp_path / "round"
    folder.mkdir()
    (folder / "truth.csv").write_text("\n".join(rows))
    (tmp_path / "anna.csv").write_text("\n".join(rows[:3]))
    anna = read_person("<b>anna</b>", tmp_path / "anna.csv")
    return score_set(open_assigned(folder), [anna], ScoringRules())


def test_the_page_holds_every_section_and_asks_for_nothing(scored):
    page = report_page(scored)
    for expected in ("Bland-Altman", "Readings and assigned values", "Scores for proficiency",
                     "ZeroR", "Concordance", "Passing-Bablok", "5th centile", "Every video",
                     "Methods", "ISO 13528:2022", "10.1038/s41598-023-41871-2", "too few",
                     "Data, versions, hashes", scored.assigned.sha256, "What did not match",
                     "no reading that can be used of videos 4, 5"):  # fmt: skip
        assert expected in page
    assert "<b>anna" not in page
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(addresses) == 4
    assert all(one.startswith("data:image/svg+xml;base64,") for one in addresses)
