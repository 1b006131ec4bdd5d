// What each creator of a roster brings, as a table: who brings most comes first.

import { count, exact, money, percent, range } from "../format.js";
import { intervalTable } from "./interval_table.js";

export const byAdded = (creators) => [...creators].sort(
  (one, other) => other.incremental_revenue.mean - one.incremental_revenue.mean);

// head: creator_id → what stands first in their row; attributes: creator_id → the row's own.
export function creatorTable(creators, interval, head, attributes = () => ({})) {
  return intervalTable({
    label: "Added sales by creator", first: "Creator", plot: "Added sales", ticks: 3,
    heads: ["Expected", `Range, ${percent(interval)}`, "Fee", "Back per 1 spent",
      "People only they reach"],
    rows: creators.map(({ creator_id: id, incremental_revenue: added, ...one }) => ({
      head: head(id), estimate: added, attributes: attributes(id),
      cells: [money(added.mean), range(added, money), exact(one.cost),
        perSpend(one.return_on_spend), count(one.unique_reach)] })) });
}

const twoDigits = (value) => value.toFixed(2);
export const perSpend = (back) =>
  (back ? `${twoDigits(back.mean)} (${range(back, twoDigits)})` : "no cost");
