// Estimates as a table with a drawing in each row, all on one axis: a line for the wide range, a bar
// for the middle half, a dot for what is expected. The same numbers stand beside it as text.

import { button, h, svg } from "../dom.js";
import { money } from "../format.js";
import { boundsOf, scaleOf } from "./scale.js";

// rows: [{ head, estimate, likely, mark, cells: [...], attributes }], cells in the order of `heads`.
// `mark` is a value drawn upright, `likely` the middle half; both may be left out.
// sorting: { heads, by, down, sort }, where rows can be sorted: by which columns, by which now.
export function intervalTable({ label, first, plot, heads, rows, sorting, ticks = 4,
  written = money }) {
  const scale = scaleOf(rows.flatMap((row) =>
    [...boundsOf(row.estimate, row.likely), row.mark ?? 0]), ticks);
  return h("div", { class: "scroll", role: "group", "aria-label": label, tabindex: 0 },
    h("table", { class: "intervals", role: "table", "aria-label": label },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
        columnHead(first, null, sorting), columnHead(plot, "plot"),
        heads.map((head) => columnHead(head, "number", sorting)))),
      h("tbody", { role: "rowgroup" }, rows.map((row) => bodyRow(row, heads, scale))),
      h("tfoot", { "aria-hidden": true }, h("tr", {}, h("td"),
        h("td", { class: "plot" }, axis(scale, written)),
        h("td", { colspan: heads.length })))));
}

function columnHead(text, kind, sorting) {
  const sorted = sorting?.by === text ? (sorting.down ? "descending" : "ascending") : null;
  return h("th", { scope: "col", role: "columnheader", class: kind, "aria-sort": sorted },
    sorting?.heads.has(text)
      ? button(text, () => sorting.sort(text), { class: "sort", title: `Sort by: ${text}` }) : text);
}

function bodyRow({ head, estimate, likely, mark, cells, attributes }, heads, scale) {
  return h("tr", { role: "row", ...attributes },
    h("th", { scope: "row", role: "rowheader" }, head),
    h("td", { class: "plot", role: "cell" }, strip({ estimate, likely, mark }, scale)),
    cells.map((cell, column) =>
      h("td", { class: "number", role: "cell", "data-head": heads[column] }, cell)));
}

// Lengths in percent: the drawing fills its cell. What is measured in pixels hangs from the middle.
export function strip({ estimate, likely, mark }, scale) {
  const at = (value) => `${scale.at(value).toFixed(2)}%`;
  const across = (low, high, kind) =>
    svg("line", { x1: at(low), x2: at(high), y1: 0, y2: 0, class: kind });
  const upright = (value, kind, top, bottom) =>
    svg("line", { x1: at(value), x2: at(value), y1: top, y2: bottom, class: kind });
  return svg("svg", { class: "strip fills", "aria-hidden": true },
    scale.ticks.map((tick) => upright(tick, tick === 0 ? "zero" : "gridline", "0%", "100%")),
    svg("svg", { y: "50%", overflow: "visible" },
      across(estimate.low, estimate.high, "range-wide"),
      likely ? across(likely.low, likely.high, "range-likely") : null,
      mark === undefined ? null : upright(mark, "mark", -11, 11),
      svg("circle", { cx: at(estimate.mean), cy: 0, r: 5, class: "mean" })));
}

export function axis(scale, written) {
  const last = scale.ticks.length - 1;
  const anchor = (position) => ({ 0: "start", [last]: "end" })[position] ?? "middle";
  return svg("svg", { class: "strip", height: 18, "aria-hidden": true },
    scale.ticks.map((tick, position) => svg("text", { x: `${scale.at(tick).toFixed(2)}%`, y: 13,
      class: "tick", "text-anchor": anchor(position) }, written(tick))));
}

// What the drawing's parts mean, in the words of the page. `mark` names the upright mark, if any.
export function legend(wide, { likely = true, mark } = {}) {
  const sample = (...parts) => svg("svg", { width: 30, height: 12, "aria-hidden": true }, parts);
  const line = (kind) => sample(svg("line", { x1: 2, x2: 28, y1: 6, y2: 6, class: kind }));
  const entry = (drawing, words) => h("li", {}, drawing, words);
  return h("ul", { class: "legend" },
    entry(sample(svg("circle", { cx: 15, cy: 6, r: 5, class: "mean" })), "expected"),
    likely ? entry(line("range-likely"), "half of the plausible outcomes") : null,
    entry(line("range-wide"), `${wide} of the plausible outcomes`),
    mark ? entry(sample(svg("line", { x1: 15, x2: 15, y1: 0, y2: 12, class: "mark" })), mark) : null);
}
