"""The model card: what answers, how it did on held-out campaigns, what it is not for."""

from __future__ import annotations

from datetime import date
from typing import Final

from features.rosters.bookings import feature_dictionary
from features.rosters.feature_set import FEATURES
from serving.directory.cell_values import number_of
from serving.directory.labels import label_of
from serving.messages.answers import ModelInfo
from serving.messages.listings import DataWindow, FeatureEntry, ModelCard
from training.bundle import Manifest

#: True of every model of this product; a bundle adds its own.
LIMITS_OF_USE: Final = (
    "Lifts hold for the posting weeks and the four weeks after; nothing is said beyond.",
    "Money is lift times a baseline forecast: where that forecast is off, the money is too.",
    "Rosters and markets unlike those of past campaigns are extrapolated; a warning says when.",
    "A creator's share is their part in this roster, not a grade of the person.",
    "Disclosure is a duty. It is never a lever, whatever a number seems to say.",
    "Earned media value is not computed: it is no sales figure.",
)


def model_info(manifest: Manifest) -> ModelInfo:
    """Return which model answers."""
    return ModelInfo(
        name=manifest.name,
        version=manifest.version,
        run_id=manifest.run_id,
        trained_until=date.fromisoformat(manifest.trained_until),
    )


def model_card(manifest: Manifest, as_of: date) -> ModelCard:
    """Return the card of a bundle's manifest served beside a catalog of the day `as_of`."""
    first = manifest.data_window[0] if manifest.data_window else ""
    largest = manifest.typical.get("largest_roster")
    return ModelCard(
        model=model_info(manifest),
        data_window=DataWindow(
            trained_from=date.fromisoformat(first) if first else None,
            trained_until=date.fromisoformat(manifest.trained_until),
            catalog_as_of=as_of,
        ),
        metrics={name: number_of(value) for name, value in manifest.metrics.items()},
        features=feature_entries(),
        limits_of_use=[*LIMITS_OF_USE, *manifest.limits],
        largest_roster=None if largest is None else int(largest),
    )


def feature_entries() -> list[FeatureEntry]:
    """Return the dictionary of the booking row's columns, in their order."""
    return [
        FeatureEntry(
            name=name,
            label=label_of(name),
            description=" ".join(meaning.split()),
            kind="word" if name in FEATURES.categorical else "number",
        )
        for name, meaning in feature_dictionary().items()
    ]
