// Step 3: what the service answered: sentences first, then pictures, then tables.

import { h } from "../dom.js";
import { chance, day, exact, money, percent, range } from "../format.js";
import { perSpend } from "./creator_table.js";
import { deeper } from "./deeper.js";
import { differences } from "./differences.js";
import { intervalTable, legend } from "./interval_table.js";
import { lettered } from "./letter.js";
import { headline, verdict } from "./verdict.js";

// asked: the request that was sent; names: creator_id and market_id → what people call them.
export function comparison(answer, asked, names) {
  const ranked = [...answer.scenarios].sort((one, other) => one.rank - other.rank);
  return [
    headline(ranked, answer.differences, asked),
    h("div", { class: "verdicts" }, ranked.map((result) => verdict(result, asked, names))),
    sideBySide(ranked, asked),
    differences(answer.differences, asked, ranked[0].name),
    deeper(ranked, asked, names),
    provenance(ranked[0].prediction),
  ];
}

function sideBySide(ranked, asked) {
  const wide = percent(asked.interval);
  return h("section", { "aria-label": "Side by side" },
    h("h3", {}, "Side by side"),
    legend(wide, { mark: asked.margin < 1 ? "sales that pay back the cost" : "its cost" }),
    intervalTable({
      label: "Rosters side by side", first: "Roster", plot: "Added sales",
      heads: ["Expected", `Range, ${wide}`, "Cost", "Back per 1 spent", "Chance to be best"],
      rows: ranked.map(({ name, prediction, probability_best: best }) => ({
        head: lettered(name, asked), estimate: prediction.incremental_revenue,
        likely: prediction.likely.incremental_revenue,
        mark: prediction.cost / asked.margin,
        cells: [money(prediction.incremental_revenue.mean),
          range(prediction.incremental_revenue, money), exact(prediction.cost),
          perSpend(prediction.return_on_spend), chance(best)] })) }));
}

function provenance({ model, as_of: asOf, interval }) {
  return h("p", { class: "quiet" }, `Model ${model.name} version ${model.version}, learned from data `,
    `to ${day(model.trained_until)}; creators and sales as of ${day(asOf)}; ranges are made to hold `,
    `${percent(interval)} of the time.`);
}
