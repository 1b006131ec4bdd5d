// Step 3: what the service answered, in sentences first, then in pictures and tables.

import { intervalChart, ladder } from "./chart.js";
import { h } from "./dom.js";
import { chance, count, crossesZero, exact, money, percent, range, words } from "./format.js";

const profitOf = ({ incremental_revenue: added, cost }, margin) => added.mean * margin - cost;
const numeric = (text) => h("td", { class: "number" }, text);

// asked: the request that was sent; names: creator_id and market_id → what people call them.
export function comparison(answer, asked, names) {
  const widest = Math.max(...answer.scenarios.map((one) => one.prediction.reach.impressions));
  const ranked = [...answer.scenarios].sort((one, other) => one.rank - other.rank);
  return [
    ranked.map((result) => sentence(result, asked.margin)),
    allLose(answer.scenarios, asked.margin),
    h("h3", {}, "Added sales"),
    chartOf(answer.scenarios, asked),
    h("h3", {}, "Is one better than the other?"),
    h("ul", { class: "differences" },
      answer.differences.map((difference) => h("li", {}, differenceInWords(difference)))),
    h("div", { class: "details" }, ranked.map((result) => details(result, names, widest))),
    provenance(answer.scenarios[0].prediction),
  ].filter(Boolean);
}

function sentence({ name, prediction, rank, ...result }, margin) {
  const { incremental_revenue: added, lift, cost } = prediction;
  const profit = profitOf(prediction, margin);
  const verb = added.mean < 0 ? "is expected to lose" : "is expected to add";
  return h("div", { class: "verdict" },
    h("p", { class: "sentence" }, h("strong", {}, `${rank}. ${name} `), `${verb} `,
      h("strong", {}, money(Math.abs(added.mean))),
      ` in sales (${range(added, money)}), ${percent(lift.mean, { sign: true })}`,
      ` on the ${money(prediction.baseline_revenue)} expected anyway.`),
    h("p", {}, payback(result.probability_pays_back, cost),
      `Expected profit after its cost of ${exact(cost)}: ${money(profit)}. `,
      `Chance to be the most profitable of these rosters: ${chance(result.probability_best)}.`),
    crossesZero(added)
      ? h("p", { class: "notice" }, "No effect at all is among the plausible outcomes.") : null,
    footing(prediction.evidence));
}

function footing(evidence) {
  if (!evidence || evidence.grade === "inside") return null;
  // The reason of an outside grade says so itself.
  const how = evidence.grade === "outside"
    ? "" : "These numbers lie partly outside what past campaigns show. ";
  return h("p", { class: "notice" }, how, evidence.reasons.join(" "));
}

function allLose(scenarios, margin) {
  if (scenarios.some(({ prediction }) => profitOf(prediction, margin) > 0)) return null;
  return h("p", { class: "notice" }, "None of these rosters is expected to pay back its cost: ",
    "booking nobody is expected to be cheaper.");
}

function payback(probability, cost) {
  if (probability === null || probability === undefined || cost === 0) return "";
  return `Chance to pay back its cost: ${chance(probability)}. `;
}

function chartOf(scenarios, asked) {
  const rows = scenarios.map(({ name, prediction }) => ({
    name, estimate: prediction.incremental_revenue, mark: prediction.cost / asked.margin }));
  const label = rows.map(({ name, estimate }) =>
    `${name}: ${money(estimate.mean)}, from ${range(estimate, money)}`).join("; ");
  return h("figure", {}, intervalChart(rows, { label, unit: "added sales" }),
    h("figcaption", { class: "quiet" }, `Dot: expected. Line: ${percent(asked.interval)} of the `,
      "plausible outcomes. Upright mark: what must be added to pay back the cost."));
}

export function differenceInWords({ better, worse, incremental_revenue: added, probability }) {
  const sure = `Chance that ${better} is the more profitable: ${chance(probability)}.`;
  if (crossesZero(added)) {
    return `${better} and ${worse} are not distinguishable in added sales: the difference could ` +
      `be anything from ${range(added, money)}. ${sure}`;
  }
  if (added.mean > 0) {
    return `${better} adds ${money(added.mean)} more than ${worse} (${range(added, money)}). ${sure}`;
  }
  return `${better} adds ${money(-added.mean)} less than ${worse} but costs enough less to rank ` +
    `before it. ${sure}`;
}

function details({ name, prediction }, names, widest) {
  const { reach } = prediction;
  const alone = prediction.by_creator.reduce((sum, creator) => sum + creator.unique_reach, 0);
  return h("section", { class: "card", "aria-label": `Details of ${name}` },
    h("h3", {}, name),
    warnings(prediction.warnings, names),
    h("h4", {}, "Reach"),
    ladder([{ name: "Views", value: reach.impressions },
      { name: "People reached", value: reach.people },
      { name: "People whom one creator alone reaches", value: alone }], widest),
    h("p", { class: "quiet" }, `Each person reached sees ${reach.frequency.toFixed(1)} posts on `,
      "average."),
    h("h4", {}, "Creators"), creators(prediction, names),
    drivers(prediction.drivers), markets(prediction.by_market, names));
}

function warnings(found, names) {
  if (!found.length) return null;
  const who = (ids) => (ids?.length
    ? ` (${ids.slice(0, 5).map((id) => names.get(id) ?? id).join(", ")}` +
      `${ids.length > 5 ? ` and ${ids.length - 5} more` : ""})` : "");
  return h("ul", { class: "warnings", "aria-label": "Warnings" },
    found.map((one) => h("li", {}, one.message, who(one.creator_ids))));
}

function creators(prediction, names) {
  const sorted = [...prediction.by_creator].sort(
    (one, other) => other.incremental_revenue.mean - one.incremental_revenue.mean);
  return table(["Creator", "Adds", "Plausible", "Cost", "Back per 1 spent", "People only they reach"],
    sorted.map((one) => [names.get(one.creator_id) ?? one.creator_id,
      money(one.incremental_revenue.mean), range(one.incremental_revenue, money),
      exact(one.cost), one.return_on_spend ? one.return_on_spend.mean.toFixed(2) : "no cost",
      count(one.unique_reach)]));
}

function markets(found, names) {
  const sorted = [...found].sort(
    (one, other) => other.incremental_revenue.mean - one.incremental_revenue.mean);
  return h("details", {}, h("summary", {}, `By market (${found.length})`),
    table(["Market", "Adds", "Plausible", "Lift", "People reached"],
      sorted.map((one) => [names.get(one.market_id) ?? one.market_id, money(one.incremental_revenue.mean),
        range(one.incremental_revenue, money), percent(one.lift.mean, { sign: true }),
        count(one.reach.people)])));
}

function table(heads, rows) {
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `Table by ${heads[0]}` },
    h("table", {},
      h("thead", {}, h("tr", {}, heads.map((head, column) =>
        h("th", { scope: "col", class: column ? "number" : null }, head)))),
      h("tbody", {}, rows.map(([first, ...rest]) =>
        h("tr", {}, h("th", { scope: "row" }, first), rest.map(numeric))))));
}

function drivers(found) {
  if (!found.length) return null;
  return h("div", {}, h("h4", {}, "Why this lift differs from an average campaign's"),
    h("ul", {}, found.slice(0, 6).map((one) => h("li", {},
      `${one.label}${valueOf(one)}: ${points(one.effect)}`))));
}

function valueOf({ value }) {
  if (value === null) return " (unknown)";
  return ` (${typeof value === "number" ? Number(value.toPrecision(3)).toLocaleString("en")
    : words(value)})`;
}

const points = (share) =>
  `${share > 0 ? "+" : ""}${(share * 100).toFixed(2).replace("-", "−")} points`;

function provenance({ model, as_of: asOf, interval }) {
  return h("p", { class: "quiet" }, `Model ${model.name} version ${model.version}, learned from data `,
    `to ${model.trained_until}; creators and sales as of ${asOf}; ranges are made to hold `,
    `${percent(interval)} of the time.`);
}
