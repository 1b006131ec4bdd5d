// The ledger of a home: words first, then predicted against measured, then the tables.

import { getLedger } from "./api.js";
import { byId, h } from "./dom.js";
import { day, many, percent, words } from "./format.js";
import { pairsChart } from "./ledger_chart.js";

const two = (value) => value.toFixed(2).replace("-", "−");
const signed = (value) => percent(value, { sign: true });
const bounded = (found, written) =>
  (found === null || found.value === null ? "–"
    : `${written(found.value)} (${written(found.low)} to ${written(found.high)})`);

function section(title, ...children) {
  return h("section", { class: "card" }, h("h2", {}, title), children);
}

function table(label, heads, rows) {
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map(({ cells: [first, ...rest], attributes }) => h("tr", attributes ?? {},
        h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell)))))));
}

function verdict({ retraining, calibration, known_until: until, interval }) {
  const found = calibration.all;
  return section("Can the forecasts be trusted?",
    h("p", { class: "rule" }, retraining.sentence),
    h("p", {}, `${many(found.campaigns, "finished campaign has", "finished campaigns have")} a `,
      `forecast made before it began and a sound measurement, in sales until ${day(until)}. `,
      found.coverage === null ? "" : `${percent(found.coverage.value)} of measured lifts lie `,
      found.coverage === null ? "" : `inside what a test would show, ${percent(interval)} should. `,
      found.slope === null ? "" : "Where one percent more was predicted, " +
        `${two(found.slope.value)} percent more was measured (90 % interval ` +
        `${two(found.slope.low)} to ${two(found.slope.high)}).`),
    table("Reasons to train again", ["Reason to train again", "Found", "When"],
      retraining.criteria.map((one) => ({ cells: [words(one.name), one.found, one.when],
        attributes: { class: one.fires ? "fires" : null } }))));
}

function chart({ campaigns }) {
  return section("Predicted and measured",
    h("p", {}, "One dot a campaign, with one standard error of its measurement. Filled: the ",
      "service told the forecast. Open: a model trained before the campaign's quarter would have ",
      "told it. Orange: outside what a test would show. On the dashed line both are equal."),
    h("figure", {}, pairsChart(campaigns)));
}

function backtest({ backtest: scores }) {
  if (!scores) return null;
  return section("What a user would have got",
    h("p", {}, `${many(scores.campaigns, "campaign", "campaigns")}, each forecast by a model that `,
      `knew nothing later. On average ${signed(scores.average)} was measured. R² is against noisy `,
      "measurements: beside it stands what perfect predictions would show."),
    table("Standings", ["Predicted by", "R²", "Rank correlation", "Preferred half measured",
      "The model's half is ahead by (90 %)"], scores.standings.map((one) => ({ cells: [one.label,
      one.agreement ? `${two(one.agreement.r2)} of ${two(one.agreement.r2_ceiling)}` : "–",
      two(one.rank), signed(one.preferred), bounded(one.behind, signed)] }))));
}

function quarters({ calibration, by_quarter: quarterly }) {
  const named = [["All", calibration.all], ["Told by the service", calibration.told],
    ["Hindcasts", calibration.hindcast], ...quarterly.map((one) => [one.quarter, one])];
  return section("Over time",
    table("Agreement over time", ["Campaigns that began in", "Number", "Inside (90 %)",
      "Slope (90 %)", "Measured less predicted (90 %)"], named.map(([name, one]) => ({
      cells: [name, one.campaigns, bounded(one.coverage, percent), bounded(one.slope, two),
        bounded(one.bias, signed)] }))));
}

const VERDICTS = { right: "right: it missed by more", "not shown": "not shown to be right",
  "too few": "too few to tell" };

function warnings({ warnings: records }) {
  if (!records.length) return null;
  return section("Which warnings were right",
    h("p", {}, "Mean misses of forecasts with a warning and without, in standard errors of the ",
      "measurement. Perfect forecasts miss by 0.8."),
    table("Warnings", ["Warning", "Campaigns with", "Miss with", "Miss without", "Verdict"],
      records.map((one) => ({ cells: [words(one.code), one.campaigns, two(one.miss),
        one.miss_without === null ? "–" : two(one.miss_without), VERDICTS[one.verdict]] }))));
}

function features({ features: drift }) {
  const shown = drift.filter((one, position) => one.drifted || position < 5);
  if (!shown.length) return null;
  return section("Bookings of late beside those before",
    h("p", {}, "The population stability index of the last half year: from 0.25 a shift is large. ",
      "p is the share of shuffled campaigns with one as large."),
    table("Drift of features", ["Feature", "Index", "p", "Drifted"], shown.map((one) => ({
      cells: [words(one.feature), two(one.index), two(one.p_value), one.drifted ? "yes" : "no"] }))));
}

function campaigns({ campaigns: all }) {
  return section("Campaign by campaign",
    table("Campaigns", ["Campaign", "Brand", "Posts", "Predicted by", "A test would show (90 %)",
      "Measured ± SE", "Inside", "Warnings"], all.toReversed().map((one) => ({ cells: [one.campaign_id, one.brand,
      `${day(one.starts_on)} to ${day(one.ends_on)}`, predictedBy(one), testOf(one),
      measuredOf(one),
      one.faults.length ? `not counted: ${one.faults.join("; ")}` : insideOf(one),
      (one.stated?.warnings ?? []).map(words).join(", ")] }))));
}

const measuredOf = ({ measured, grade }) =>
  `${signed(measured.mean)} ± ${percent(measured.standard_error)}` +
  (grade === "drawn" ? "" : `, markets ${grade}`);
const insideOf = ({ inside }) => (inside === null ? "" : inside ? "yes" : "no");

function predictedBy({ stated, why_not: reason }) {
  if (!stated) return reason || "nobody";
  const who = stated.origin === "told" ? `version ${stated.model}` : `model of ${stated.model}`;
  return stated.differs.length ? `${who}, asked with other ${stated.differs.map(words).join(", ")}`
    : who;
}

const testOf = ({ stated }) => (stated?.test
  ? `${signed(stated.test.mean)} (${signed(stated.test.low)} to ${signed(stated.test.high)})` : "");

function forecasts({ forecasts: { answered, matched, unmatched } }) {
  if (!answered) return null;
  return section("Forecasts told",
    h("p", {}, `The service answered ${many(answered, "forecast", "forecasts")}; ${matched} belong `,
      "to campaigns here."),
    h("ul", {}, Object.entries(unmatched).map(([reason, count]) => h("li", {}, `${count}: ${reason}`))));
}

async function show() {
  const place = byId("ledger");
  try {
    const ledger = await getLedger();
    place.replaceChildren(...[verdict, chart, backtest, quarters, warnings, features, forecasts,
      campaigns].map((part) => part(ledger)).filter(Boolean));
  } catch (error) {
    place.replaceChildren(h("p", { class: "notice", role: "alert" }, error.message));
  }
}

show();
