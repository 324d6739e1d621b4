"""The report of a set: every section is there, and nothing else is needed."""

import re

import numpy as np
import pytest

from qc.eqa.readers import read_person
from qc.eqa.report import report_page, set_report, write_page, write_pdf
from qc.eqa.report.letters import width_in, wrapped
from qc.eqa.report.print_table import draw_table, print_table
from qc.eqa.scored import open_assigned, score_set
from qc.eqa.scoring.tables import TextTable, score_tables, video_table
from qc.eqa.scoring.values import ScoringRules
from qc.plots.paper_style import WIDTH_IN
from tests.qc.eqa.scored_made import made_scores
from tests.qc.plotless import no_plots


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
    page = report_page(set_report(scored))
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


def test_a_file_that_is_there_is_never_replaced(scored, tmp_path):
    for target, write in ((tmp_path / "a.pdf", write_pdf), (tmp_path / "a.html", write_page)):
        target.write_text("mine")
        with pytest.raises(FileExistsError):
            write(set_report(scored), target)
        assert target.read_text() == "mine"
        assert sorted(one.name for one in tmp_path.glob("a.*.part")) == []


def test_an_interrupt_leaves_nothing(scored, tmp_path, monkeypatch):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("matplotlib.backends.backend_pdf.PdfPages.savefig", stop)
    monkeypatch.setattr("pathlib.Path.write_text", stop)
    before = set(tmp_path.iterdir())
    for target, write in ((tmp_path / "a.pdf", write_pdf), (tmp_path / "a.html", write_page)):
        with no_plots(), pytest.raises(KeyboardInterrupt):
            write(set_report(scored), target)
    assert set(tmp_path.iterdir()) == before


LONG = TextTable(
    "Hashes", ("reader", "video", "SHA-256"),
    (("the night shift of the andrology laboratory of the university " * 3, "12", "f" * 64),),
)  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [*score_tables(made_scores(videos=30), ScoringRules()), video_table(made_scores(videos=30)),
     *score_tables(made_scores(videos=1), ScoringRules()), LONG],
    ids=lambda table: table.title[:30],
)  # fmt: skip
def test_no_cell_of_a_table_meets_another_or_leaves_the_page(table):
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - nothing else
    from matplotlib.figure import Figure  # noqa: PLC0415 - here needs them

    page, printed = Figure(figsize=(8.27, 30.0)), print_table(table)
    draw_table(page, printed, printed.rows, 0.585, 0.6)
    pen = FigureCanvasAgg(page).get_renderer()
    boxes = np.array(
        [text.get_window_extent(pen).extents for text in page.texts if text.get_text()]
    )
    assert len(boxes) >= len(table.rows)
    left, low, right, high = (side[:, None] for side in boxes.T)
    assert left.min() >= 58
    assert right.max() <= 100 * (0.59 + WIDTH_IN)
    meets = (left < right.T) & (right > left.T) & (low < high.T) & (high > low.T)
    assert meets.sum() == len(boxes)


def test_lines_are_broken_where_they_fit():
    text = f"one two {'w' * 60} three"
    lines = wrapped(text, 2.0, 8.0)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_in(line, 8.0) <= 2.0 for line in lines)
    assert wrapped("", 2.0, 8.0) == [""]


def test_files_may_have_names_that_are_no_text(tmp_path):
    folder = tmp_path / "s\udce9t"
    folder.mkdir()
    for table in (folder / "tr\udce9th.csv", tmp_path / "ann\udce9.csv"):
        table.write_text("1;30;20;10;40\n2;10;14;20;56\n3;40;30;10;10")
    anna = read_person("anna", tmp_path / "ann\udce9.csv")
    report = set_report(score_set(open_assigned(folder), [anna], ScoringRules()))
    write_pdf(report, tmp_path / "a.pdf")
    write_page(report, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    for name in (r"s\udce9t", r"tr\udce9th.csv", r"ann\udce9.csv"):
        assert name in page
