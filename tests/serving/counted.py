"""Reading what the service counts about itself; light to import, for processes of their own."""

from __future__ import annotations

from datetime import date

from prometheus_client.parser import text_string_to_metric_families

from serving.messages.answers import ModelInfo
from serving.messages.listings import DataWindow, ModelCard

Series = dict[tuple[str, tuple[str, ...]], float]


def series_in(text: str) -> Series:
    """Value by name and label values, in the order of the labels' names."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def card_of(version: str, day: date) -> ModelCard:
    """A card of this version, all of whose dates are `day`."""
    model = ModelInfo(name="rosterlift", version=version, run_id=f"r{version}", trained_until=day)
    return ModelCard(
        model=model,
        data_window=DataWindow(trained_from=None, trained_until=day, catalog_as_of=day),
        metrics={},
        features=[],
        limits_of_use=[],
    )
