// Measured against predicted lifts, one dot a campaign, with the measurement's standard error.

import { scaleOf } from "./answer/scale.js";
import { svg } from "./dom.js";
import { percent } from "./format.js";

const WIDTH = 640;
const HEIGHT = 420;
const EDGE = { left: 64, right: 12, top: 12, bottom: 52 };
const LIFT = 0.001; // a tenth of a percent

export function pairsChart(campaigns) {
  const shown = campaigns.filter((one) => one.stated?.test && !one.faults.length);
  const stated = scaleOf([...shown.map((one) => one.stated.test.mean), LIFT]);
  const measured = scaleOf([...shown.flatMap(({ measured: found }) => [
    found.mean - found.standard_error, found.mean + found.standard_error]), LIFT]);
  const x = (value) => EDGE.left + (stated.at(value) / 100) * (WIDTH - EDGE.left - EDGE.right);
  const y = (value) =>
    HEIGHT - EDGE.bottom - (measured.at(value) / 100) * (HEIGHT - EDGE.top - EDGE.bottom);
  return svg("svg", { class: "pairs", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": `Measured against predicted lifts of ${shown.length} campaigns. The table below ` +
      "has the numbers." },
  measured.ticks.map((tick) => svg("g", {},
    svg("line", { class: "gridline", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(tick),
      y2: y(tick) }),
    svg("text", { class: "end", x: EDGE.left - 8, y: y(tick) + 4 }, percent(tick)))),
  stated.ticks.map((tick) =>
    svg("text", { class: "middle", x: x(tick), y: HEIGHT - EDGE.bottom + 18 }, percent(tick))),
  svg("text", { class: "middle", x: (EDGE.left + WIDTH) / 2, y: HEIGHT - 10 }, "Predicted lift"),
  svg("text", { class: "middle", transform: `translate(14 ${HEIGHT / 2}) rotate(-90)` },
    "Measured lift"),
  ideal(stated, measured, x, y),
  shown.map((one) => dot(one, x, y)));
}

// Where both are equal, as far as both axes go.
function ideal(stated, measured, x, y) {
  const from = Math.max(stated.first, measured.first);
  const until = Math.min(stated.last, measured.last);
  return svg("line", { class: "ideal", x1: x(from), y1: y(from), x2: x(until), y2: y(until) });
}

function dot({ campaign_id: name, stated, measured, inside }, x, y) {
  const at = x(stated.test.mean);
  const kind = [inside ? null : "missed", stated.origin === "hindcast" ? "hindcast" : null];
  return svg("g", {},
    svg("title", {}, `${name}: predicted ${percent(stated.test.mean)}, measured ` +
      `${percent(measured.mean)} ± ${percent(measured.standard_error)}`),
    svg("line", { class: "bar-of", x1: at, x2: at, y1: y(measured.mean - measured.standard_error),
      y2: y(measured.mean + measured.standard_error) }),
    svg("circle", { class: kind.filter(Boolean).join(" "), cx: at, cy: y(measured.mean), r: 4.5 }));
}
