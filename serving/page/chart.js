// Ranges on one common scale: a line for what is plausible, a dot for what is expected.

import { h, svg } from "./dom.js";
import { money } from "./format.js";

const WIDEST = 640;
const LEFT = 20;
const RIGHT = 20;
const ROW = 52;
const TOP = 8;

// rows: [{name, estimate: {mean, low, high}, mark}]; `mark` is where the cost is paid back.
export function intervalChart(rows, { label, unit }) {
  const values = rows.flatMap(({ estimate, mark }) => [estimate.low, estimate.high, mark ?? 0, 0]);
  const width = Math.min(WIDEST, document.documentElement.clientWidth - 48);
  const scale = scaled(Math.min(...values), Math.max(...values), width);
  const height = TOP + rows.length * ROW + 40;
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "chart", role: "img",
    "aria-label": label },
  scale.ticks.map((tick) => gridLine(tick, scale.at(tick), height - 40)),
  rows.map((row, position) => range(row, TOP + position * ROW, scale.at)),
  svg("text", { x: width - RIGHT, y: height - 4, class: "axis end" }, unit));
}

function scaled(low, high, width) {
  const step = niceStep((high - low || 1) / Math.max(3, Math.floor(width / 110)));
  const first = Math.floor(low / step) * step;
  const last = Math.ceil(high / step) * step || step;
  const ticks = [];
  for (let tick = first; tick <= last + step / 2; tick += step) ticks.push(tick);
  const at = (value) => LEFT + ((value - first) / (last - first)) * (width - LEFT - RIGHT);
  return { ticks, at };
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
}

function gridLine(tick, x, bottom) {
  return svg("g", {},
    svg("line", { x1: x, x2: x, y1: 0, y2: bottom, class: tick === 0 ? "zero" : "gridline" }),
    svg("text", { x, y: bottom + 14, class: "axis" }, money(tick)));
}

function range({ name, estimate, mark }, top, at) {
  const y = top + 32;
  return svg("g", {},
    svg("text", { x: LEFT, y: top + 14, class: "row-name" }, name),
    svg("line", { x1: at(estimate.low), x2: at(estimate.high), y1: y, y2: y, class: "range" }),
    svg("circle", { cx: at(estimate.mean), cy: y, r: 6, class: "mean" }),
    mark === undefined ? null : svg("path", { class: "mark",
      d: `M ${at(mark)} ${y - 10} V ${y + 10}` }));
}

// Bars from the widest to the narrowest: how views shrink to people, and people to those whom
// one creator alone brings. `widest` is the same for all rosters, so that bars compare.
export function ladder(steps, widest) {
  return h("ul", { class: "ladder" }, steps.map((step, row) => h("li", {},
    h("span", {}, `${step.name}: `, h("strong", {}, money(step.value))),
    svg("svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": true },
      svg("rect", { height: 4, class: `step step-${row}`,
        width: Math.max(0.3, (step.value / (widest || 1)) * 100) })))));
}
