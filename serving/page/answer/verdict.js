// One sentence a roster, and the badge that says what the sentence rests on.

import { h } from "../dom.js";
import { chance, crossesZero, exact, money, percent, range } from "../format.js";
import { letter } from "./letter.js";
import { inWords } from "./warnings.js";

const BADGES = {
  inside: ["Inside experience", "Past campaigns like this one were measured."],
  partly: ["Partly outside experience", "Part of this rests on guesses:"],
  outside: ["Not predictable: ask for a test", "Nothing like this was ever measured:"],
};

export const profitOf = ({ incremental_revenue: added, cost }, margin) => added.mean * margin - cost;

export function verdict(result, asked, names) {
  const { name, prediction } = result;
  return h("article", { class: `verdict ${prediction.evidence.grade}`, "aria-label": name },
    h("header", {}, letter(name, asked), h("h3", {}, name), badge(prediction.evidence)),
    sentence(name, result),
    h("p", { class: "more" }, returned(prediction), profit(prediction, asked.margin),
      `Chance to be the most profitable of these rosters: ${chance(result.probability_best)}.`),
    crossesZero(prediction.incremental_revenue)
      ? h("p", { class: "notice" }, "No effect at all is among the plausible outcomes.") : null,
    footing(prediction, names));
}

function sentence(name, { prediction, probability_pays_back: paysBack }) {
  const { incremental_revenue: added, lift, cost, baseline_revenue: anyway, evidence } = prediction;
  const does = added.mean < 0 ? "lose" : "add";
  const back = cost > 0 && paysBack !== null && paysBack !== undefined
    ? ` Chance to pay back its cost of ${exact(cost)}: ${chance(paysBack)}.` : "";
  return h("p", { class: "sentence" }, h("strong", {}, name), evidence.grade === "outside"
    ? ` is unlike any past campaign. For what a guess is worth, it would ${does} `
    : ` is expected to ${does} `,
  h("strong", {}, money(Math.abs(added.mean))), ` in sales (${range(added, money)}), `,
  h("strong", {}, percent(lift.mean, { sign: true })),
  ` on the ${money(anyway)} expected anyway.${back}`);
}

function returned({ return_on_spend: back, cost }) {
  if (!back) return cost > 0 ? "" : "It costs nothing. ";
  const written = (value) => value.toFixed(2);
  return `For each 1 spent it brings back ${written(back.mean)} in sales (${range(back, written)}). `;
}

function profit({ incremental_revenue: added, cost }, margin) {
  const kept = margin < 1 ? ` at a margin of ${percent(margin)}` : "";
  const left = (value) => money(value * margin - cost);
  return `Profit left after its cost${kept}: ${left(added.mean)} ` +
    `(${left(added.low)} to ${left(added.high)}). `;
}

export function badge(evidence) {
  return h("span", { class: `badge evidence ${evidence.grade}` }, BADGES[evidence.grade][0]);
}

export function footing({ evidence: { grade, reasons }, warnings }, names) {
  if (grade === "inside" || !reasons.length) return null;
  const worded = (reason) => {
    const warning = warnings.find(({ message }) => message === reason);
    return warning ? inWords(warning, names) : reason;
  };
  return h("div", { class: "notice" }, h("p", {}, BADGES[grade][1]),
    h("ul", {}, reasons.map((reason) => h("li", {}, worded(reason)))));
}

// The answer to "which one?", before anything else.
export function headline(ranked, differences, asked) {
  const [first, ...others] = ranked;
  const alike = others.filter((other) => !surelyBetter(differences, first, other, asked));
  const told = !alike.length ? [strong(first), " earns the most of these rosters."]
    : [strong(first), " looks best, but what it earns is not distinguishable from what ",
      alike.flatMap((one, place) => [place === 0 ? "" : place === alike.length - 1 ? " or " : ", ",
        strong(one)]), alike.length === 1 ? " earns." : " earn."];
  const beyond = first.prediction.evidence.grade === "outside"
    ? " It lies outside what past campaigns show: ask for a test." : "";
  const pays = ranked.some(({ prediction }) => profitOf(prediction, asked.margin) > 0);
  return h("div", { class: "headline" }, h("p", {}, told, beyond),
    pays ? null : h("p", { class: "notice" }, "None of these rosters is expected to pay back its ",
      "cost: booking nobody is expected to be cheaper."));
}

const strong = ({ name }) => h("strong", {}, name);

function surelyBetter(differences, first, other, asked) {
  const pair = differences.find(({ better, worse }) => better === first.name && worse === other.name);
  return pair !== undefined && earnsMore(pair, asked.interval);
}

// The interval of the difference in profit lies above 0.
export const earnsMore = ({ probability }, interval) => probability >= (1 + interval) / 2;
