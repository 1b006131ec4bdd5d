// What each creator of a roster brings, as a table: who brings most comes first, until a column's
// head is pressed.

import { h } from "../dom.js";
import { count, exact, money, percent, range } from "../format.js";
import { intervalTable } from "./interval_table.js";

const twoDigits = (value) => value.toFixed(2);
export const perSpend = (back) =>
  (back ? `${twoDigits(back.mean)} (${range(back, twoDigits)})` : "no cost");

const NAME = "Creator";
// What each column is sorted by; whoever costs nothing brings back most.
const VALUES = {
  Expected: (one) => one.incremental_revenue.mean,
  Fee: (one) => one.cost,
  "Back per 1 spent": (one) => one.return_on_spend?.mean ?? Infinity,
  "People only they reach": (one) => one.unique_reach,
};

// nameOf: creator_id → what people call them; head: what stands in their row, attributes: the row's
// own; shown: how many rows at first. Answers the table's place, and what draws it anew.
export function creatorTable({ creators, interval, nameOf, head = nameOf,
  attributes = () => ({}), shown = Infinity }) {
  const place = h("div", {});
  let [most, by, down] = [shown, "Expected", true];
  const sorting = { heads: new Set([NAME, ...Object.keys(VALUES)]), sort: (column) => {
    [by, down] = [column, column === by ? !down : column !== NAME];
    draw();
    [...place.querySelectorAll("th button")].find((one) => one.textContent === column).focus();
  } };
  const compared = (one, other) => (by === NAME
    ? nameOf(one.creator_id).localeCompare(nameOf(other.creator_id), "en", { numeric: true })
    : VALUES[by](one) - VALUES[by](other) || 0); // two of Infinity are alike

  function draw(atMost = most) {
    most = atMost;
    const sorted = [...creators].sort((one, other) => (down ? -1 : 1) * compared(one, other));
    place.replaceChildren(intervalTable({
      label: "Added sales by creator", first: NAME, plot: "Added sales", ticks: 3,
      heads: ["Expected", `Range, ${percent(interval)}`, ...Object.keys(VALUES).slice(1)],
      sorting: { ...sorting, by, down },
      rows: sorted.slice(0, most).map((one) => row(one, head, attributes)) }));
  }

  draw();
  return { place, draw };
}

const row = ({ creator_id: id, incremental_revenue: added, ...one }, head, attributes) => ({
  head: head(id), estimate: added, attributes: attributes(id),
  cells: [money(added.mean), range(added, money), exact(one.cost), perSpend(one.return_on_spend),
    count(one.unique_reach)] });
