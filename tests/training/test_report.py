"""The report reads as one page by itself: words first, every finding, nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from features.errors import FeatureMismatchError, NoModelError
from tests.training.plain_run import SETTINGS, plain_run
from tests.training.tiny_bundle import tiny_bundle
from training.bundle import Bundle
from training.checks.verdict import Verdict
from training.evidence.ranking import NAIVE_RULES
from training.explain import Findings, explain
from training.report.metric_texts import METRIC_TEXTS, OBSERVATIONAL_TEXTS
from training.report.page import Outcome, pages, write_report
from training.report.words import listed, of_gates, of_others
from training.run import FittedRun

SECTIONS = (
    "data",
    "checks",
    "skill",
    "calibration",
    "coverage",
    "importance",
    "support",
    "champion",
    "lineage",
    "limits",
)
#: Elements that HTML closes by itself.
VOID = {"meta", "line", "circle", "br", "polyline"}


class Page(HTMLParser):
    """What a page holds: its text, ids, links and whether its elements nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.numbers: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src", "xlink:href") if name in given]
        self.numbers += [
            given[n] for n in ("x", "y", "cx", "cy", "x1", "x2", "points") if n in given
        ]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


def no_champion() -> Bundle:
    raise NoModelError("a store")


def no_longer_usable() -> Bundle:
    raise FeatureMismatchError("now", "then")


@pytest.fixture(scope="module", name="run")
def trained() -> FittedRun:
    return plain_run(effect=0.02)


@pytest.fixture(scope="module", name="findings")
def explained(run: FittedRun) -> Findings:
    return explain(run, SETTINGS, no_champion)


@pytest.fixture(scope="module", name="page")
def read(run: FittedRun, findings: Findings) -> Page:
    return Page(write_report(run, findings, Outcome("promoted", "", "run-7", "3")))


def test_the_page_needs_nothing_from_elsewhere(page: Page) -> None:
    assert "script" not in page.tags
    assert page.links == [f"#{section}" for section in SECTIONS]


def test_elements_nest_and_every_section_is_there(page: Page) -> None:
    assert page.open == []
    assert tuple(page.ids) == SECTIONS
    assert page.tags.count("svg") > 5


def test_no_number_is_missing_or_off_the_paper(page: Page) -> None:
    assert "nan" not in re.findall(r"[a-z]+", page.text.lower())
    for number in page.numbers:
        for part in re.split(r"[ ,]", number):
            assert -20 <= float(part) <= 700


def test_the_verdict_comes_first_and_in_words(page: Page) -> None:
    begin = page.text[: page.text.index("DataChecks")]
    assert begin.index("Promoted") < begin.index("gates")
    assert "version 3" in begin
    assert "run-7" in begin


def test_all_that_was_found_is_told(run: FittedRun, findings: Findings, page: Page) -> None:
    told = [
        *(check.found for check in run.checks),
        *(own.name for own in (*findings.importance, *findings.ablation)),
        *(own.name for own in findings.slices),
        *findings.support.brands,
        *run.rows["tables"],
        "12,345",
        *run.rows["dropped"],
        *run.rows["faults"],
        *run.bundle.manifest.limits,
        *run.tags.values(),
        *NAIVE_RULES.values(),
        *METRIC_TEXTS["creator_misfit"].split(),
        "R-learner on roster averages",
        "There was no champion",
        "asked for the 12 campaigns booked last",
    ]
    assert [words for words in told if words not in page.text] == []


def test_every_metric_is_explained(run: FittedRun) -> None:
    assert set(run.evidence.metrics) | set(OBSERVATIONAL_TEXTS) == set(METRIC_TEXTS)


def test_a_refusal_names_its_gates() -> None:
    run = plain_run(effect=0.0)
    page = Page(
        write_report(
            run, explain(run, SETTINGS, no_longer_usable), Outcome("refused", "", "r", "1")
        )
    )
    begin = page.text[: page.text.index("DataChecks")]
    failed = [check for check in run.checks if check.gate and not check.passed]
    assert failed
    assert "Refused" in begin
    assert all(check.check in begin and check.found in begin for check in failed)
    assert "The champion could not be asked: " in page.text


def test_names_from_the_data_stay_text(run: FittedRun, findings: Findings) -> None:
    checks = (*run.checks, Verdict("sample ratio", False, "<b>planted", "1", gate=True))
    outcome = Outcome("promoted", "<script>alert(1)</script>", "run", "1")
    forced = write_report(replace(run, checks=checks), findings, outcome)
    assert "<script>" not in forced
    assert "&lt;script&gt;" in forced
    assert "<b>planted" not in forced


def test_a_champion_is_compared_on_the_same_campaigns(run: FittedRun) -> None:
    findings = explain(run, SETTINGS, tiny_bundle)
    assert findings.champion is not None
    compared = sum(part.campaigns for part in findings.champion.parts)
    assert compared == run.evidence.metrics["campaigns"]
    page = Page(write_report(run, findings, Outcome("promoted", "", "run", "2")))
    assert "champion, in sample" in page.text


def _checks(*outcomes: tuple[bool, bool]) -> Iterator[Verdict]:
    for number, (passed, gate) in enumerate(outcomes):
        yield Verdict(f"check {number}", passed, "1", "2", gate)


def test_words_follow_the_verdict() -> None:
    good, poor = (
        list(_checks((True, True), (True, True))),
        list(_checks((True, True), (False, True))),
    )
    assert "passed all 2 gates" in of_gates("promoted", good, "")
    assert "asked not to promote" in of_gates("not promoted", good, "")
    assert "failed 1 of the 2 gates" in of_gates("refused", poor, "")
    forced = of_gates("promoted", poor, "the board wants it")
    assert "by force" in forced
    assert "the board wants it" in forced
    assert of_others(list(_checks((True, False)))) == "Each of the 1 other checks passed."
    assert "check 1 and check 2" in of_others(
        list(_checks((True, True), (False, False), (False, False)))
    )
    assert listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ -0.0123|percent(1) }}", "−1.2%"),
        ("{{ -0.00004|percent(1) }}", "0.0%"),
        ("{{ 0.5|signed(2) }}", "+0.50"),
        ("{{ -0.004|fixed(2) }}", "0.00"),
        ("{{ 12345.6|plain }}", "12,346"),
        ("{{ 0.123456|plain }}", "0.1235"),
        ("{{ nothing|fixed(2) }}", "–"),
    ],
)
def test_numbers_are_written_as_people_write_them(template: str, expected: str) -> None:
    assert pages().from_string(template).render(nothing=float("nan")) == expected
