// Added sales against budget: what is expected, its range, and the line above which a budget pays.

import { h, svg } from "../../dom.js";
import { money, percent } from "../../format.js";
import { boundsOf, scaleOf } from "../scale.js";

const HEIGHT = 240;
const BOTTOM = 22; // for the labels of the axis

export function frontierChart(points, { margin, interval }) {
  const across = scaleOf(points.map(({ budget }) => budget), 5);
  const up = scaleOf(boundsOf(...points.map(({ incremental_revenue: added }) => added)), 4);
  const x = (value) => across.at(value);
  const y = (value) => 100 - up.at(value);
  const last = points.at(-1);
  const told = points.map(({ budget, incremental_revenue: added }) =>
    `${money(budget)} adds ${money(added.mean)}, from ${money(added.low)} to ${money(added.high)}`);
  return h("figure", { class: "frontier" },
    h("p", { class: "quiet axis-name", "aria-hidden": true }, "Added sales"),
    svg("svg", { class: "plane", height: HEIGHT, role: "img",
      "aria-label": `Added sales by budget: ${told.join("; ")}` },
    svg("svg", { height: HEIGHT - BOTTOM, overflow: "visible" },
      up.ticks.flatMap((tick) => grid(tick, y)),
      surface(points, x, y, margin, last.budget),
      points.map(({ budget, incremental_revenue: added }) => svg("circle", { class: "mean", r: 6,
        cx: `${x(budget)}%`, cy: `${y(added.mean)}%` }))),
    across.ticks.map((tick) => svg("text", { class: "tick", x: `${x(tick)}%`, y: HEIGHT - 5,
      "text-anchor": tick === across.ticks.at(-1) ? "end" : "middle" }, money(tick)))),
    h("figcaption", { class: "quiet" }, "Across: the budget. Dots: what the best roster found is ",
      `expected to add. Shade: ${percent(interval)} of its plausible outcomes. Broken line: sales `,
      "that pay back the whole budget."));
}

const grid = (tick, y) => [
  svg("line", { x1: "0%", x2: "100%", y1: `${y(tick)}%`, y2: `${y(tick)}%`,
    class: tick === 0 ? "zero" : "gridline" }),
  svg("text", { x: 0, y: `${y(tick)}%`, dy: -4, class: "tick" }, money(tick))];

// Paths know no percentages: they are drawn in a box of 100 by 100 that is stretched.
function surface(points, x, y, margin, largest) {
  const at = (value, added) => `${x(value).toFixed(2)},${y(added).toFixed(2)}`;
  const edge = (bound) => points.map(({ budget, incremental_revenue: added }) =>
    at(budget, added[bound]));
  const pays = `${at(0, 0)} ${at(largest, largest / margin)}`;
  return svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", overflow: "hidden" },
    svg("polygon", { class: "shade", points: [...edge("high"), ...edge("low").reverse()].join(" ") }),
    svg("polyline", { class: "pays", points: pays }),
    svg("polyline", { class: "curve", points: edge("mean").join(" ") }));
}
