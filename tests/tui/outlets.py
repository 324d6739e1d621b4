"""What each outlet of a stored session tells, read as a person or a program would read it.

Nothing is reckoned here. Percentages and intervals are read as a laboratory reports them, whole.
"""

import csv
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

from inference.counting import whole_percent

GRADES = ("a", "b", "c", "d")
EVERY = (*GRADES, "progressive")
Facts = Mapping[str, object]
"""What an outlet tells, by the name of the fact."""


def rows_of(table: str) -> list[list[str]]:
    """The rows of a table that a command printed; lines that go on with a row are left out."""
    lines = (line for line in table.splitlines() if line.startswith("│"))
    rows = ([cell.strip() for cell in line.strip("│").split("│")] for line in lines)
    return [row for row in rows if row[0]]


def from_list(text: str) -> Facts:
    ((*_, fields, cells),) = rows_of(text)
    return {"cells counted": int(cells), "fields counted": int(fields)}


def from_list_json(text: str) -> Facts:
    (only,) = json.loads(text)
    return {"cells counted": only["counted"], "fields counted": only["fields"]}


def from_review(text: str) -> Facts:
    cells = [row for row in rows_of(text) if len(row) == 9]
    made = [row for row in rows_of(text) if len(row) == 7]
    counted = Counter(row[4][-1] for row in cells if row[7].startswith("counted"))
    original = Counter(row[0] + row[1] for row in cells)
    return {
        "counted by grade": dict(sorted(counted.items())),
        "cells counted": counted.total(),
        "cells listed": len(original),
        "corrections made": len(made),
        "corrections not withdrawn": sum(row[6] == "" for row in made),
    }


def from_review_json(text: str) -> Facts:
    document = json.loads(text)
    counted = Counter(cell["grade"] for cell in document["cells"] if cell["counted"])
    return {
        "counted by grade": dict(sorted(counted.items())),
        "cells counted": counted.total(),
        "cells listed": len(document["cells"]),
        "corrections made": len(document["corrections"]),
        "corrections not withdrawn": sum(
            one["stands"] is not False for one in document["corrections"]
        ),
    }


def from_csv(text: str) -> Facts:
    rows = list(csv.DictReader(StringIO(text, newline="")))
    counting = [row for row in rows if row["counts"] == "1"]

    def counts(column: str, replicate: str) -> list[int]:
        of = [row for row in counting if row["replicate"] == replicate]
        return [sum(int(row[f"{column}_{grade}"]) for row in of) for grade in GRADES]

    by_replicate = [counts("count", number) for number in ("1", "2")]
    by_grade = [sum(pair) for pair in zip(*by_replicate, strict=True)]
    return {
        "counted by grade": dict(zip(GRADES, by_grade, strict=True)),
        "cells counted": sum(by_grade),
        "cells by replicate": [sum(each) for each in by_replicate],
        "before": [counts("original", number) for number in ("1", "2")],
        "fields counted": len(counting),
        "fields": len(rows),
        "corrections in force": sum(int(row["corrections"]) for row in counting),
        "corrected by": sorted({row["corrected_by"] for row in counting} - {""}),
        "code of the conclusion": {row["conclusion"] for row in rows}.pop(),
        "codes": {row["session_notices"] for row in rows}.pop().split(),
    }


def from_json(text: str) -> Facts:
    result = json.loads(text)["result"]
    fields = [f for one in json.loads(text)["session"]["replicates"] for f in one["fields"]]
    replicates = result["replicates"]
    counted: Counter[str] = Counter()
    for each in replicates:
        counted.update(each["counted"])
    differences: dict[str, object] = {}
    facts: dict[str, object] = {
        "counted by grade": {grade: counted[grade] for grade in GRADES},
        "cells counted": counted.total(),
        "cells by replicate": [sum(each["counted"].values()) for each in replicates],
        "before": [list(each["originally_counted"].values()) for each in replicates],
        "fields counted": sum(each["fields"] for each in replicates),
        "fields by replicate": [each["fields"] for each in replicates],
        "fields": len(fields),
        "corrections made": sum(len(field["corrections"]) for field in fields),
        "corrections in force": result["corrections"],
        "corrected by": result["corrected_by"],
        "percent by replicate": {
            grade: [whole_percent(each["shares"][grade]["percent"]) for each in replicates]
            for grade in EVERY
        },
        "code of the conclusion": result["conclusion"],
        "codes": list(dict.fromkeys(notice["code"] for notice in result["notices"])),
        "notices": [notice["text"] for notice in result["notices"]],
        "differences": differences,
        "PR": None,
    }
    for one in result["check"]["differences"]:
        apart, limit = abs(one["first_percent"] - one["second_percent"]), one["limit_percent"]
        differences[one["grade"]] = (f"{apart:.1f}", limit, apart <= limit)
    if grades := result["grades"]:
        facts["cells of the result"] = {grade: grades[grade]["count"] for grade in EVERY}
        facts["percent"] = {grade: whole_percent(grades[grade]["percent"]) for grade in EVERY}
        facts["interval"] = {
            grade: tuple(map(whole_percent, grades[grade]["ci95"])) for grade in EVERY
        }
        facts["PR"] = whole_percent(grades["progressive"]["percent"])
    return facts


def from_database(path: Path) -> Facts:
    raw = sqlite3.connect(path)
    replaced = "SELECT replaces_id FROM field WHERE replaces_id IS NOT NULL"
    counting = (
        "FROM result JOIN field ON field.id = result.field_id JOIN replicate "
        "ON replicate.id = field.replicate_id "
        f"WHERE field.outcome = 'counted' AND field.id NOT IN ({replaced})"
    )
    sums = ", ".join(f"SUM(count_{grade})" for grade in GRADES)
    before = raw.execute(
        f"SELECT {sums} {counting} GROUP BY replicate.number ORDER BY replicate.number"
    ).fetchall()
    of_cells = raw.execute(
        f"SELECT cell.grade, COUNT(*) FROM cell JOIN (SELECT result.id AS kept {counting}) "
        "ON cell.result_id = kept WHERE cell.counted GROUP BY cell.grade ORDER BY cell.grade"
    ).fetchall()
    assert [n for _, n in of_cells] == [n for n in map(sum, zip(*before, strict=True)) if n]
    facts = {
        "before": [list(row) for row in before],
        "fields counted": raw.execute(f"SELECT COUNT(*) {counting}").fetchone()[0],
        "fields": raw.execute("SELECT COUNT(*) FROM field").fetchone()[0],
        "corrections made": raw.execute("SELECT COUNT(*) FROM correction").fetchone()[0],
    }
    raw.close()
    return facts


class Page(HTMLParser):
    """The tables of a page, each a list of rows of texts, and its paragraphs and list items."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.texts: dict[str, list[str]] = defaultdict(list)
        self.into: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.into = self.tables[-1][-1]
        elif tag in ("p", "li"):
            self.into = self.texts[(dict(attrs).get("class") or tag).split()[0]]
        if self.into is not None and tag in ("td", "th", "p", "li"):
            self.into.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "p", "li"):
            self.into = None

    def handle_data(self, data: str) -> None:
        if self.into is not None:
            self.into[-1] = " ".join(f"{self.into[-1]} {data}".split())

    def table(self, *heading: str) -> list[list[str]]:
        """The rows below the heading that begins so."""
        (found,) = [each for each in self.tables if tuple(each[0][: len(heading)]) == heading]
        return found[1:]


def from_report(page: str) -> Facts:
    read = Page(page)
    *shares, counted, before = read.table("Grade", "Replicate 1, %")
    fields, corrections = read.table("Rep.", "Field"), read.table("When", "Who")
    counting = [row for row in fields if not row[-1].startswith("not counted")]
    by_grade = {g: sum(int(row[9 + n]) for row in counting) for n, g in enumerate(GRADES)}
    (conclusion,) = read.texts["conclusion"]
    facts: dict[str, object] = {
        "counted by grade": by_grade,
        "cells counted": sum(int(row[13]) for row in counting),
        "cells by replicate": [int(text.split()[0]) for text in counted[1:5:2]],
        "fields by replicate": [int(text.split()[0]) for text in counted[2:5:2]],
        "fields counted": len(counting),
        "fields": len(fields),
        "before": [list(map(int, re.findall(r"[abcd] (\d+)", text))) for text in before[1:3]],
        "corrections made": len(corrections),
        "corrections not withdrawn": sum("withdrawn" not in row[-1] for row in corrections),
        "percent by replicate": {
            name(row[0]): [whole_percent(float(text)) for text in row[1:5:2]] for row in shares
        },
        "notices": read.texts["li"],
        "sentence": conclusion,
        "PR": None,
        "differences": {
            name(row[0]): (row[5], int(row[6]), row[7] == "agrees")
            for row in shares
            if len(row) > 5
        },
    }
    if any(each[0] == ["Grade", "%", "95 % interval", "Cells"] for each in read.tables):
        rows = {name(row[0]): row[1:] for row in read.table("Grade", "%")}
        facts["percent"] = {grade: int(rows[grade][0]) for grade in EVERY}
        facts["interval"] = {grade: tuple(map(int, rows[grade][1].split(" – "))) for grade in EVERY}
        facts["cells of the result"] = {grade: int(rows[grade][2]) for grade in EVERY}
        facts["PR"] = int(rows["progressive"][0])
    return facts


def name(text: str) -> str:
    """The grade of a row by how an outlet calls it."""
    return "progressive" if "progressive (" in text or "a + b" in text else text[0]


def from_result_text(text: str) -> Facts:
    rows = {name(row[0]): row[1:] for row in rows_of(text)}
    heading = next(line for line in text.splitlines() if "replicate 1" in line)
    sentence, *notices = [line for line in text.splitlines() if line[0] not in "┏┃┡│└"]
    facts: dict[str, object] = {
        "cells by replicate": list(map(int, re.findall(r"replicate \d \((\d+)\)", heading))),
        "percent by replicate": {
            grade: [int(cell.removesuffix(" %")) for cell in rows[grade][2:4]] for grade in EVERY
        },
        "notices": [line.removeprefix("note: ") for line in notices],
        "sentence": sentence,
        "PR": None,
        "differences": {
            grade: (words[0].strip(","), int(words[2]), words[1] == "within")
            for grade in EVERY
            if len(words := rows[grade][4].split()) == 3
        },
    }
    if rows["a"][0] != "–":
        facts["percent"] = {grade: int(rows[grade][0].removesuffix(" %")) for grade in EVERY}
        facts["interval"] = {
            grade: tuple(map(int, re.findall(r"\d+", rows[grade][1])))[:2] for grade in EVERY
        }
        facts["PR"] = int(rows["progressive"][0].removesuffix(" %"))
    return facts


def from_result_screen(shown: Mapping[str, str]) -> Facts:
    _, *replicates, cells, fields = shown["replicates"].splitlines()
    sentence, many = shown["conclusion"].splitlines()
    notices = [line.removeprefix("! ") for line in shown["notices"].splitlines()]
    assert many == f"! {len(notices)} notices"
    judged = {name(line): re.search(r"([\d.]+) +(\d+)  ([✓✗])", line) for line in replicates}
    facts: dict[str, object] = {
        "cells by replicate": list(map(int, cells.split()[1:])),
        "fields by replicate": list(map(int, fields.split()[1:])),
        "percent by replicate": {
            name(line): list(map(int, re.findall(r"(\d+) %", line))) for line in replicates
        },
        "notices": notices,
        "sentence": sentence[2:],
        "PR": None,
        "differences": {
            grade: (found[1], int(found[2]), found[3] == "✓")
            for grade, found in judged.items()
            if found
        },
    }
    if shown["shares"]:
        pattern = r"^(PR|[abcd]) .*? (\d+) +(\d+) % +(\d+)–(\d+)"
        found = re.findall(pattern, shown["shares"], re.MULTILINE)
        rows = {
            "progressive" if who == "PR" else who: tuple(map(int, rest)) for who, *rest in found
        }
        facts["cells of the result"] = {grade: rows[grade][0] for grade in EVERY}
        facts["percent"] = {grade: rows[grade][1] for grade in EVERY}
        facts["interval"] = {grade: rows[grade][2:] for grade in EVERY}
        facts["PR"] = rows["progressive"][1]
    return facts
