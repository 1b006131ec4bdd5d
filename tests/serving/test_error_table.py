"""Every error of the domain has a status and a title of its own family."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from features import errors
from features.errors import FieldFault, InvalidRequestError, RosterliftError
from serving.errors import MOST_FAULTS, PROBLEMS, problem_of


def _tree(kind: type[RosterliftError]) -> Iterator[type[RosterliftError]]:
    """The error tree; a study's own errors never come near the service."""
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from _tree(below)


@pytest.mark.parametrize("kind", list(_tree(RosterliftError)), ids=lambda kind: kind.__name__)
def test_every_class_is_mapped_by_itself_or_its_family(kind: type[RosterliftError]) -> None:
    family = kind.__mro__[: kind.__mro__.index(RosterliftError)] or (RosterliftError,)
    assert any(one in PROBLEMS for one in family)


EXPECTED = [
    (errors.InvalidRequestError([FieldFault("roster.0.fee", "too much")]), 422),
    (errors.NoBaselineError("b2", "no sales"), 422),
    (errors.UnknownIdError("creator", "c9"), 404),
    (errors.NoCatalogError("/home"), 503),
    (errors.NoModelError("/home"), 503),
    (errors.BrokenBundleError("/bundle", "a file is missing"), 503),
    (errors.FeatureMismatchError("a", "b"), 503),
    (errors.UnreadableTableError("catalog", "a file is cut short"), 503),
    (errors.SourceNotFoundError("/source"), 500),
    (errors.TooFewCampaignsError(3, 30), 500),
    (errors.SettingsError("home", "is no folder"), 500),
]


@pytest.mark.parametrize(("error", "status"), EXPECTED, ids=lambda one: type(one).__name__)
def test_an_error_becomes_its_status(error: RosterliftError, status: int) -> None:
    assert problem_of(error).status == status


def test_what_is_not_ready_says_when_to_ask_again() -> None:
    assert problem_of(errors.NoModelError("/home")).headers == {"Retry-After": "5"}


def test_a_missing_baseline_names_the_brand() -> None:
    faults = problem_of(errors.NoBaselineError("b2", "no sales")).faults
    assert [fault.path for fault in faults] == ["campaign.brand_id"]


def test_the_sentence_of_a_server_fault_is_kept_from_the_answer() -> None:
    assert "secret" not in problem_of(errors.SourceNotFoundError("/secret")).detail


def test_a_long_list_of_faults_is_cut_and_counted() -> None:
    faults = [
        FieldFault(f"roster.{row}.fee", "expected a number") for row in range(MOST_FAULTS * 2)
    ]
    problem = problem_of(InvalidRequestError(faults))
    assert len(problem.faults) == MOST_FAULTS
    assert problem.detail.startswith(f"{MOST_FAULTS * 2} fields are wrong")
