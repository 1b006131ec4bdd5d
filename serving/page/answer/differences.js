// Is one roster better than the other? "Not distinguishable" where that is the truth.

import { h } from "../dom.js";
import { chance, crossesZero, money, percent, range } from "../format.js";
import { intervalTable } from "./interval_table.js";
import { letter } from "./letter.js";
import { earnsMore } from "./verdict.js";

export function differences(found, asked, best) {
  const [leading, others] = [found.filter(({ better }) => better === best),
    found.filter(({ better }) => better !== best)];
  return h("section", { "aria-label": "Is one better than the other?" },
    h("h3", {}, "Is one better than the other?"),
    h("p", { class: "quiet" }, "Uncertainty that two rosters share cancels out here, so these ",
      "ranges are narrower than those above suggest."),
    told(leading, asked),
    others.length ? h("details", {}, h("summary", {}, `The other pairs (${others.length})`),
      told(others, asked)) : null);
}

const told = (pairs, asked) => [
  h("ul", { class: "differences" }, pairs.map((pair) => h("li", {},
    outcome(pair, asked.interval), " ", differenceInWords(pair, asked.interval)))),
  intervalTable({
    label: "Differences in added sales", first: "Pair", plot: "Difference in added sales",
    heads: ["Difference", `Range, ${percent(asked.interval)}`, "Chance to earn more"],
    rows: pairs.map((pair) => ({ head: letters(pair, asked), estimate: pair.incremental_revenue,
      cells: [money(pair.incremental_revenue.mean), range(pair.incremental_revenue, money),
        chance(pair.probability)] })) })];

const letters = ({ better, worse }, asked) => h("span", { class: "lettered" },
  letter(better, asked), h("span", { "aria-hidden": true }, "−"), letter(worse, asked),
  h("span", { class: "spoken" }, `${better} − ${worse}`));

function outcome(pair, interval) {
  if (earnsMore(pair, interval)) return h("span", { class: "badge inside" }, "Earns more");
  return h("span", { class: "badge alike" },
    crossesZero(pair.incremental_revenue) ? "Not distinguishable" : "Profit not distinguishable");
}

export function differenceInWords({ better, worse, incremental_revenue: added, probability },
  interval) {
  const sure = earnsMore({ probability }, interval);
  const odds = `Chance that ${better} earns more: ${chance(probability)}.`;
  if (crossesZero(added)) {
    return `${better} and ${worse} are not distinguishable in added sales: the difference could ` +
      `be anything from ${range(added, money)}. ` +
      (sure ? `${better} costs less and so earns more. ${odds}` : odds);
  }
  if (added.mean > 0) {
    const dear = sure ? "" : `Whether that is worth what it costs more cannot be told. `;
    return `${better} adds ${money(added.mean)} more than ${worse} (${range(added, money)}). ` +
      `${dear}${odds}`;
  }
  const less = { low: -added.high, high: -added.low };
  return `${better} adds ${money(-added.mean)} less than ${worse} (${range(less, money)}) but costs ` +
    `enough less to rank before it. ${odds}`;
}
