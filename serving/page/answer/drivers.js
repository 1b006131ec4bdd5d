// Why this lift differs from the average campaign's: what raises it, what lowers it.

import { h, svg } from "../dom.js";
import { inPlainWords } from "./driver_words.js";

const MOST = 6;

export function driversPanel({ result: { name, prediction } }) {
  const shown = inPlainWords(prediction.drivers).slice(0, MOST);
  const largest = Math.max(...shown.map(({ effect }) => Math.abs(effect)));
  return h("section", { class: "panel", "aria-label": `Drivers of ${name}` },
    h("h4", {}, "Why this lift, and not the average campaign's"),
    shown.length ? h("ul", { class: "drivers" }, shown.map((one) => line(one, largest)))
      : h("p", { class: "quiet" }, "This model cannot say why."),
    h("p", { class: "quiet" }, "In points of lift. These are patterns of past campaigns, not ",
      "levers: changing one alone need not change sales so."));
}

function line({ words, value, effect }, largest) {
  return h("li", {}, h("span", {}, words, value ? h("small", {}, ` (${value})`) : null),
    h("strong", {}, points(effect)), diverging(effect / largest));
}

// From the middle to the right what raises the lift, to the left what lowers it.
function diverging(share) {
  const width = Math.max(0.5, Math.abs(share) * 50);
  return svg("svg", { class: "bar-line", height: 10, "aria-hidden": true },
    svg("rect", { x: `${share < 0 ? 50 - width : 50}%`, width: `${width}%`, height: 10, rx: 2,
      class: share < 0 ? "lowers" : "raises" }),
    svg("line", { x1: "50%", x2: "50%", y1: 0, y2: 10, class: "zero" }));
}

const points = (share) =>
  `${share > 0 ? "+" : ""}${(share * 100).toFixed(2).replace("-", "−")} points`;
