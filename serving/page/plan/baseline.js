// What would be sold without the campaign: a sentence, a small picture, a table.

import { getBaseline } from "../api.js";
import { byId, debounced, h, isOpen, redraw } from "../dom.js";
import { day, money, percent, range } from "../format.js";
import { state } from "../state.js";
import { seasonChart } from "./season_chart.js";

let answer = null;
let fault = null;
let asked = null;
let question = ""; // the last that was asked, unless it went wrong

// An answer that comes late is dropped, and nothing is asked twice.
export async function askBaseline() {
  const { brand_id, starts_on, ends_on, markets } = state.campaign;
  const wanted = { brand_id, starts_on, ends_on, interval: state.interval,
    markets: markets?.join(";") };
  if (question === JSON.stringify(wanted)) return;
  question = JSON.stringify(wanted);
  asked?.abort();
  asked = new AbortController();
  if (!brand_id || !starts_on || !ends_on) return;
  try {
    answer = await getBaseline(wanted, asked.signal);
    fault = null;
  } catch (error) {
    if (error.name === "AbortError") return;
    [answer, fault, question] = [null, error, ""];
  }
  drawBaseline();
}

export const askBaselineSoon = debounced(askBaseline, 200);

export function drawBaseline() {
  if (!byId("baseline")) return;
  redraw(byId("baseline"),
    h("h3", { id: "baseline-title" }, "Without the campaign"),
    fault ? h("p", { class: "notice", role: "status" },
      `No baseline can be told: ${fault.faults[0]?.message ?? fault.message}`) : null,
    answer ? told(answer) : fault ? null
      : h("p", { class: "quiet" }, "The sales that are expected anyway are shown here."));
}

addEventListener("resize", debounced(() => drawBaseline(), 150));

function told(baseline) {
  const inside = baseline.weeks.filter((week) => week.in_window);
  const width = Math.max(280, Math.min(640, byId("baseline").clientWidth || 480));
  return [
    h("p", {}, "About ", h("strong", {}, money(baseline.revenue.mean)),
      ` (${range(baseline.revenue, money)}) is expected in sales from `,
      `${day(state.campaign.starts_on)} to four weeks after the last post. `,
      lastYear(baseline)),
    h("figure", {}, seasonChart(baseline, width),
      h("figcaption", { class: "keys quiet" },
        key("sold", "sold by week"), key("before", "a year before"),
        key("expected", `expected, with its ${percent(baseline.interval)} range`),
        key("window", "weeks that count"))),
    h("details", { id: "weeks", open: isOpen("weeks") ?? false },
      h("summary", {}, "Week by week"), table(inside)),
  ];
}

function lastYear({ last_year: sold, revenue }) {
  if (!sold) return "What was sold in the same weeks a year before is not known.";
  return `The same weeks a year before: ${money(sold)} ` +
    `(${percent(revenue.mean / sold - 1, { sign: true })} since).`;
}

const key = (name, words) => h("span", { class: "key" },
  h("span", { class: `swatch swatch-${name}`, "aria-hidden": true }), words);

function table(weeks) {
  const head = (words, kind) => h("th", { scope: "col", class: kind }, words);
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Sales by week" },
    h("table", {}, h("thead", {}, h("tr", {}, head("Week from"), head("Expected", "number"),
      head("Range", "number"), head("A year before", "number"))),
    h("tbody", {}, weeks.map((week) => h("tr", {},
      h("th", { scope: "row" }, day(week.week)),
      h("td", { class: "number" }, money(week.revenue.mean)),
      h("td", { class: "number" }, range(week.revenue, money)),
      h("td", { class: "number" }, week.last_year === null ? "unknown"
        : money(week.last_year)))))));
}
