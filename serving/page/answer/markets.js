// Where the added sales come from: the markets with the most first.

import { h } from "../dom.js";
import { count, money, percent, range } from "../format.js";
import { showAll } from "./creators.js";
import { intervalTable } from "./interval_table.js";

const FIRST = 8;

export function marketsPanel({ result: { name, prediction }, names }) {
  const sorted = [...prediction.by_market].sort(
    (one, other) => other.incremental_revenue.mean - one.incremental_revenue.mean);
  const place = h("div", {}, table(sorted.slice(0, FIRST), prediction, names));
  return h("section", { class: "panel", "aria-label": `Markets of ${name}` }, h("h4", {}, "Markets"),
    place, sorted.length > FIRST
      ? showAll(`Show all ${sorted.length} markets`, place, () =>
        place.replaceChildren(table(sorted, prediction, names))) : null);
}

function table(shown, prediction, names) {
  return intervalTable({
    label: "Added sales by market", first: "Market", plot: "Added sales", ticks: 3,
    heads: ["Expected", `Range, ${percent(prediction.interval)}`, "Lift", "People reached"],
    rows: shown.map((one) => ({
      head: names.get(one.market_id) ?? one.market_id, estimate: one.incremental_revenue,
      cells: [money(one.incremental_revenue.mean), range(one.incremental_revenue, money),
        `${percent(one.lift.mean, { sign: true })} (${range(one.lift, percent)})`,
        count(one.reach.people)] })) });
}
