"""The nuisance models of the R-learner: what is taken out of outcome and treatment.

The outcome model is linear in a market's own past and shared by all campaigns, with
one intercept a campaign: its held-out markets speak for the season, the economy and
everything else that hit all markets alike. With fifteen thousand cells and a handful
of coefficients there is nothing to overfit; folds by campaign are kept all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from training.arrays import Booleans, Floats, Integers

_FOLDS = 5
_RIDGE = 1.0
_OUTLIER = 3.5
_OVERLAP = (0.02, 0.98)


@dataclass(frozen=True)
class Residuals:
    """All [cell]: outcome and treatment residuals, inverse variances, propensities used."""

    outcome: Floats
    treatment: Floats
    weight: Floats
    propensity: Floats


def take_out_nuisances(
    campaign: Integers,
    treated: Booleans,
    propensity: Floats,
    change: Floats,
    past: Floats,
    noise: Floats,
    brand: Integers,
) -> Residuals:
    """Residualise outcome and treatment within campaigns.

    Args:
        campaign, brand: group numbers [cell].
        treated, propensity: assignment and its probability (NaN: nobody drew it).
        change: window minus past level of log sales [cell].
        past: covariates [cell, k].
        noise: weekly variance of the market's sales [cell], in any common scale per brand.
    """
    if not len(campaign):
        none = np.zeros(0)
        return Residuals(none, none, none, none)
    weight = 1.0 / noise
    scores = _complete_propensity(campaign, treated, propensity, past)
    treatment = demean(treated - scores, weight, campaign)
    covariates = np.stack([demean(c, weight, campaign) for c in past.T], axis=1)
    response = demean(change, weight, campaign)
    for _ in range(2):  # weights depend on the residuals, the residuals on the weights
        outcome = response - _outcome_model(campaign, treatment, covariates, response, weight)
        weight = _precision(campaign, brand, outcome, treatment, noise)
        treatment = demean(treated - scores, weight, campaign)
        covariates = np.stack([demean(c, weight, campaign) for c in past.T], axis=1)
        response = demean(change, weight, campaign)
    outcome = response - _outcome_model(campaign, treatment, covariates, response, weight)
    return Residuals(outcome, treatment, weight, scores)


def demean(values: Floats, weight: Floats, group: Integers) -> Floats:
    """Subtract the weighted mean of each group."""
    total = np.bincount(group, weights=weight * values)
    mass = np.bincount(group, weights=weight)
    centred: Floats = values - (total / np.maximum(mass, 1e-300))[group]
    return centred


def demean_known(values: Floats, weight: Floats, group: Integers) -> Floats:
    """The same where some values are unknown (NaN): they stand at their group's mean, at 0."""
    known = np.isfinite(values)
    centred = demean(np.where(known, values, 0.0), weight * known, group)
    return np.where(known, centred, 0.0)


def campaign_effects(
    campaign: Integers, outcome: Floats, treatment: Floats, weight: Floats
) -> tuple[Floats, Floats]:
    """Average log effect and its standard error, one per campaign number."""
    information = np.bincount(campaign, weights=weight * treatment**2)
    slope = np.bincount(campaign, weights=weight * treatment * outcome)
    safe = np.maximum(information, 1e-300)
    return slope / safe, 1.0 / np.sqrt(safe)


def _outcome_model(
    campaign: Integers, treatment: Floats, covariates: Floats, response: Floats, weight: Floats
) -> Floats:
    """Out-of-fold prediction from the past alone; each campaign's own effect is partialled out."""
    effects, _ = campaign_effects(campaign, response, treatment, weight)
    without = response - treatment * effects[campaign]
    columns = np.stack(
        [
            c - treatment * campaign_effects(campaign, c, treatment, weight)[0][campaign]
            for c in covariates.T
        ],
        axis=1,
    )
    scaled = weight / weight.mean()
    spread = np.sqrt(np.average(columns**2, axis=0, weights=scaled)) + 1e-12
    columns = columns / spread
    fold = _fold_of(campaign)
    prediction = np.zeros(len(response))
    for held_out in range(_FOLDS):
        learn = fold != held_out
        if not learn.any() or learn.all():
            learn = np.ones_like(learn)
        rooted = np.sqrt(scaled[learn])[:, None]
        design = columns[learn] * rooted
        gram = design.T @ design + _RIDGE * np.eye(design.shape[1])
        slope = np.linalg.solve(gram, design.T @ (without[learn] * rooted[:, 0]))
        held = fold == held_out
        prediction[held] = (covariates[held] / spread) @ slope
    return prediction


def _fold_of(campaign: Integers) -> Integers:
    # A multiplicative hash spreads neighbouring campaigns, often one brand's, over the folds.
    fold: Integers = (campaign * 2654435761 % 2**32) % _FOLDS
    return fold


def _precision(
    campaign: Integers, brand: Integers, outcome: Floats, treatment: Floats, noise: Floats
) -> Floats:
    """Inverse variances: the market's weekly noise, scaled to what windows really scatter."""
    effects, _ = campaign_effects(campaign, outcome, treatment, 1.0 / noise)
    remainder = outcome - treatment * effects[campaign]
    ratio = remainder**2 / noise
    overall = float(np.mean(np.minimum(ratio, np.quantile(ratio, 0.99))))
    count = np.bincount(brand)
    total = np.bincount(brand, weights=np.minimum(ratio, 25 * overall))
    scale = ((total + 50 * overall) / (count + 50))[brand]
    # Each campaign spends one degree of freedom on its mean and one on its effect.
    cells = np.bincount(campaign)[campaign]
    variance = np.maximum(noise * scale * cells / np.maximum(cells - 2, 1), 1e-10)
    score = np.abs(remainder) / np.sqrt(variance)
    weight: Floats = np.minimum(1.0, _OUTLIER / np.maximum(score, 1e-12)) / variance
    return weight


def _complete_propensity(
    campaign: Integers, treated: Booleans, propensity: Floats, past: Floats
) -> Floats:
    """Recorded propensities as they are; the others estimated from the market's past."""
    unknown = ~np.isfinite(propensity)
    scores = np.where(unknown, 0.5, propensity)
    if unknown.any() and 0 < treated[unknown].mean() < 1:
        # Markets are compared within their campaign: brands of another size say nothing.
        alone = np.ones(int(unknown.sum()))
        centred = np.stack([demean(c, alone, campaign[unknown]) for c in past[unknown].T], axis=1)
        centred /= centred.std(axis=0) + 1e-12
        model = LogisticRegression(C=0.1).fit(centred, treated[unknown])
        pooled = np.clip(model.predict_proba(centred)[:, 1], *_OVERLAP)
        scores[unknown] = _match_campaign_share(campaign[unknown], treated[unknown], pooled)
    return np.clip(scores, *_OVERLAP)


def _match_campaign_share(campaign: Integers, treated: Booleans, pooled: Floats) -> Floats:
    """Shift pooled scores so that each campaign's mean score is its own treated share."""
    gap = demean(treated - pooled, np.ones(len(pooled)), campaign)
    shifted: Floats = pooled + (treated - pooled - gap)
    return np.clip(shifted, *_OVERLAP)
