"""The ordered columns of a booking row, their kinds, and a hash of their definition.

Training writes the hash into a bundle, serving compares it at load: a model never
sees columns computed in another way than the ones it learned from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from features.rosters.fit import FIT_FEATURES
from features.rosters.lookup import CATALOG_FEATURES
from features.rosters.scaling import in_booking_rows
from features.rosters.terms import CATEGORICAL_FEATURES, TERM_FEATURES

#: Raised whenever a definition changes while its name stays.
DEFINITION_VERSION: Final = 2

#: Shown to planners, kept from the model: whom to book for who their followers are is the
#: planner's choice, not something to trade against sales.
KEPT_OUT: Final = ("audience_female_share",)


@dataclass(frozen=True)
class FeatureSet:
    """Names in column order, which of them hold words, and the hash of both."""

    names: tuple[str, ...]
    categorical: tuple[str, ...]

    @property
    def hash(self) -> str:
        """sha256 over names, kinds and the definition version, as 64 hex digits."""
        kinds = [[name, "word" if name in self.categorical else "float"] for name in self.names]
        written = json.dumps([DEFINITION_VERSION, kinds], separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


#: The one feature set that training and serving use.
FEATURES: Final = FeatureSet(
    names=(
        *in_booking_rows([name for name in CATALOG_FEATURES if name not in KEPT_OUT]),
        *FIT_FEATURES,
        *TERM_FEATURES,
    ),
    categorical=CATEGORICAL_FEATURES,
)
