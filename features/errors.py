"""Every error rosterlift raises on purpose.

    RosterliftError
    ├── SourceError
    │   ├── SourceNotFoundError      no folder, file or database there
    │   ├── DatabaseUnreachableError no database answers at that address
    │   ├── UnreadableTableError     a table is there and cannot be read
    │   ├── MissingTableError        a required table is absent
    │   ├── MissingColumnsError      a table lacks required columns
    │   ├── EngineUnavailableError   the cluster that should count is not there
    │   └── FaultyTablesError        check() found faults that stop training
    ├── RequestError
    │   ├── InvalidRequestError      one or more fields are wrong, each named by path
    │   ├── NoRosterError            no roster satisfies all constraints, those in conflict named
    │   ├── NoBaselineError          no sales history to set a lift against
    │   ├── NoTestBasisError         too few markets or weeks for any holdout test
    │   ├── UnknownIdError           no creator, brand, market or version of that id
    │   └── NoFormerChampionError    rollback where nobody was champion before
    ├── NotReadyError
    │   ├── NoCatalogError           nothing was ever written to this home's catalog
    │   ├── NoModelError             no champion in the registry
    │   ├── RegistryUnreachableError nobody answers where the registry should be
    │   └── NoLedgerError            nobody set forecasts beside measured lifts yet
    ├── BundleError
    │   ├── BrokenBundleError        files of a bundle are missing or do not parse
    │   └── FeatureMismatchError     the bundle was trained on other features
    ├── TrainingError
    │   ├── TooFewCampaignsError     not enough measured campaigns to learn from
    │   ├── NoHoldoutError           no campaign has markets on both sides
    │   ├── NotMeasurableError       one campaign's sales cannot show its effect
    │   ├── SampleError              an argument of a learner that nothing can be learned from
    │   ├── CrossedFoldsError        rows of one group are in several folds
    │   ├── MetricInputError         a metric was asked of rows that cannot answer it
    │   ├── WorkersError             work sent elsewhere failed there, or nobody took it
    │   └── PromotionRefusedError    a gate failed, or force came without a reason
    └── SettingsError                an unknown or ill-typed setting

Each error carries its data and writes its own sentence: what was expected, what was
found, what to do.
"""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One wrong field of a request: its dotted path and what is wrong with it."""

    path: str
    message: str


class RosterliftError(Exception):
    """The root of the tree; `str(error)` is the sentence shown to people."""

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross processes as they are: their data, and the sentence already written.
        # typeshed does not list the function that copyreg documents for this.
        new = copyreg.__newobj__  # type: ignore[attr-defined]
        return new, (type(self), *self.args), self.__dict__


class SourceError(RosterliftError):
    """Something is wrong with the tables a source should hold."""


class SourceNotFoundError(SourceError):
    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            f"no source at {source!r}: expected a folder of <table>.parquet or <table>.csv, "
            "a DuckDB file, or a database address. Check the path."
        )


class DatabaseUnreachableError(SourceError):
    def __init__(self, address: str, reason: str) -> None:
        self.address, self.reason = address, reason
        super().__init__(
            f"no database answers at {address!r}: {reason}. "
            "Check host, port, user and the database's name."
        )


class UnreadableTableError(SourceError):
    def __init__(self, table: str, reason: str) -> None:
        self.table, self.reason = table, reason
        super().__init__(f"table {table!r} cannot be read: {reason}. Write the file again.")


class MissingTableError(SourceError):
    def __init__(self, table: str, found: Sequence[str]) -> None:
        self.table, self.found = table, tuple(found)
        super().__init__(
            f"table {table!r} is missing; the source holds {', '.join(found) or 'no tables'}."
        )


class MissingColumnsError(SourceError):
    def __init__(self, table: str, missing: Sequence[str], found: Sequence[str]) -> None:
        self.table, self.missing, self.found = table, tuple(missing), tuple(found)
        held = ", ".join(found) or "no columns"
        super().__init__(f"table {table!r} lacks {', '.join(missing)}; it has {held}.")


class EngineUnavailableError(SourceError):
    def __init__(self, engine: str, reason: str, remedy: str) -> None:
        self.engine, self.reason, self.remedy = engine, reason, remedy
        super().__init__(f"engine {engine!r} cannot be used: {reason}. {remedy}")


class FaultyTablesError(SourceError):
    def __init__(self, faults: Sequence[object]) -> None:
        self.faults = tuple(faults)
        listed = "; ".join(str(fault) for fault in self.faults[:5])
        super().__init__(
            f"{len(self.faults)} faults stop training: {listed}. "
            "`rosterlift check SOURCE` lists them all."
        )


class RequestError(RosterliftError):
    """A question that cannot be answered as it was asked."""


class InvalidRequestError(RequestError):
    def __init__(self, faults: Sequence[FieldFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in self.faults))


class NoRosterError(RequestError):
    """`faults` are constraints that cannot hold together; any of them left out, the rest can."""

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        self.faults = tuple(faults)
        named = ", ".join(fault.path for fault in self.faults)
        super().__init__(f"no roster satisfies {named} together: give up or loosen one of them.")


class NoBaselineError(RequestError):
    def __init__(self, brand_id: str, why: str) -> None:
        self.brand_id, self.why = brand_id, why
        super().__init__(
            f"no baseline for brand {brand_id!r}: {why}. A lift is a share of what would have been "
            "sold anyway; without past sales there is nothing to set it against. Add the brand's "
            "sales to the source and refresh the catalog."
        )


class NoTestBasisError(RequestError):
    def __init__(self, brand_id: str, why: str) -> None:
        self.brand_id, self.why = brand_id, why
        super().__init__(
            f"no holdout test for brand {brand_id!r}: {why}. Name more markets, or add past sales."
        )


class UnknownIdError(RequestError):
    def __init__(self, kind: str, identifier: str) -> None:
        self.kind, self.identifier = kind, identifier
        super().__init__(f"no {kind} with id {identifier!r}.")


class NoFormerChampionError(RequestError):
    def __init__(self) -> None:
        super().__init__(
            "no champion before this one to go back to: `rosterlift models` lists the versions."
        )


class NotReadyError(RosterliftError):
    """The service has nothing to answer with yet."""


class NoCatalogError(NotReadyError):
    def __init__(self, home: str) -> None:
        self.home = home
        super().__init__(
            f"no catalog in {home!r}: run `rosterlift catalog SOURCE` or `rosterlift train SOURCE`."
        )


class NoModelError(NotReadyError):
    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(
            f"no champion model in {where!r}: run `rosterlift train SOURCE`; "
            "a model is promoted when its gates pass."
        )


class RegistryUnreachableError(NotReadyError):
    def __init__(self, address: str, reason: str) -> None:
        self.address, self.reason = address, reason
        super().__init__(
            f"no answer from the model registry at {address!r}: {reason}. "
            "Check that it runs and that MLFLOW_TRACKING_URI names it."
        )


class NoLedgerError(NotReadyError):
    def __init__(self, home: str, reason: str) -> None:
        self.home, self.reason = home, reason
        super().__init__(f"no ledger in {home!r}: {reason}. Run `rosterlift ledger SOURCE`.")


class BundleError(RosterliftError):
    """A model on disk cannot be used."""


class BrokenBundleError(BundleError):
    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"the bundle at {path!r} is broken: {reason}. Train or fetch it again.")


class FeatureMismatchError(BundleError):
    def __init__(self, expected: str, found: str) -> None:
        self.expected, self.found = expected, found
        super().__init__(
            f"the model was trained on feature set {found}, this release computes {expected}. "
            "Train again with this release."
        )


class TrainingError(RosterliftError):
    """Past campaigns do not carry what training needs."""


class TooFewCampaignsError(TrainingError):
    def __init__(self, found: int, needed: int) -> None:
        self.found, self.needed = found, needed
        super().__init__(
            f"{found} usable campaigns, at least {needed} are needed. "
            "The report of dropped rows says why campaigns fell out."
        )


class NoHoldoutError(TrainingError):
    def __init__(self, campaigns: int) -> None:
        self.campaigns = campaigns
        super().__init__(
            f"none of {campaigns} campaigns has both treated and held-out markets with sales: "
            "without held-out markets nothing tells incremental sales from sales."
        )


class NotMeasurableError(TrainingError):
    def __init__(self, test: str, expected: str, found: str) -> None:
        self.test, self.expected, self.found = test, expected, found
        super().__init__(f"{test} needs {expected}; found {found}. Add it or leave the test out.")


class MetricInputError(TrainingError):
    def __init__(self, metric: str, expected: str, found: str, remedy: str) -> None:
        self.metric, self.expected, self.found, self.remedy = metric, expected, found, remedy
        super().__init__(f"{metric}: expected {expected}, found {found}. {remedy}")


class SampleError(TrainingError):
    def __init__(self, argument: str, expected: str, found: str, remedy: str) -> None:
        self.argument, self.expected, self.found, self.remedy = argument, expected, found, remedy
        super().__init__(f"{argument}: expected {expected}, found {found}. {remedy}")


class CrossedFoldsError(TrainingError):
    def __init__(self, groups: Sequence[object]) -> None:
        self.groups = tuple(groups)
        named = ", ".join(str(group) for group in self.groups[:5])
        super().__init__(
            f"{len(self.groups)} groups have rows in more than one fold ({named}): models would be "
            "judged on groups they have seen. Give all rows of a group the same fold."
        )


class WorkersError(TrainingError):
    def __init__(self, backend: str, address: str, reason: str) -> None:
        self.backend, self.address, self.reason = backend, address, reason
        where = f"{backend} at {address}" if address else backend
        super().__init__(
            f"work sent to {where} was not done: {reason}. Look at its logs and memory, or set "
            '[parallel] backend = "threading" to work in this process.'
        )


class PromotionRefusedError(TrainingError):
    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("promotion refused: " + "; ".join(self.reasons))


class SettingsError(RosterliftError):
    def __init__(self, setting: str, message: str) -> None:
        self.setting, self.message = setting, message
        super().__init__(f"setting {setting!r}: {message}")
