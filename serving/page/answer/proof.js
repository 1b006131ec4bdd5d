// Can we prove it? What a test that holds out some of the markets could show of a roster's lift.

import { holdout } from "../api.js";
import { field, h } from "../dom.js";
import { chance, money, percent } from "../format.js";
import { problemBox } from "../problem.js";
import { intervalTable } from "./interval_table.js";
import { inWords } from "./warnings.js";

const VERDICTS = {
  provable: ["inside", "It can be proved"],
  uncertain: ["partly", "It can be proved with luck"],
  not_provable: ["outside", "It cannot be proved"],
};

export function proofPanel({ result: { name }, asked, names }) {
  const place = h("div", { "aria-live": "polite" });
  const leak = h("input", { type: "number", id: `leak-${name}`, min: 0, max: 100, step: 5,
    inputmode: "decimal", placeholder: "as in the past" });
  const button = h("button", { type: "button", onclick: async () => {
    button.disabled = true;
    place.replaceChildren(h("p", {}, "Working it out…"));
    const share = leak.value === "" ? null : Number(leak.value) / 100;
    place.replaceChildren(...await outcome({ name, asked, names, leak: share }));
    button.disabled = false;
  } }, "Work it out");
  return h("section", { class: "panel proof", "aria-label": `Proof of ${name}` },
    h("h4", {}, "Can we prove it?"),
    h("p", {}, "A holdout test leaves some markets without the posts and compares sales. Whether ",
      "it would see this roster's lift depends on how restless sales are."),
    h("div", { class: "ask" }, field("Posts that reach those markets all the same, %", leak), button),
    place);
}

async function outcome({ name, asked, names, leak }) {
  const { campaign, interval, scenarios } = asked;
  const { roster } = scenarios.find((scenario) => scenario.name === name);
  try {
    return told(await holdout({ campaign, roster, leak, interval }), names);
  } catch (error) {
    return [problemBox(error)];
  }
}

function told(answer, names) {
  const [kind, words] = VERDICTS[answer.verdict];
  return [
    h("p", { class: "sentence" }, h("span", { class: `badge evidence ${kind}` }, words), " ",
      answer.sentence),
    answer.warnings.length ? h("ul", { class: "quiet" }, answer.warnings.map((one) =>
      h("li", {}, inWords(one, names)))) : null,
    h("p", { class: "quiet" }, "Upright mark: the smallest lift such a test sees 4 times in 5. ",
      "Line: the lift to expect."),
    designs(answer),
    h("p", { class: "quiet" }, `From ${answer.history_weeks} weeks of sales in ${answer.markets} `,
      `markets; a market's sales stray ${percent(answer.weekly_noise)} from week to week. `,
      "1 in 20 tests sees a lift where there is none."),
  ].filter(Boolean);
}

function designs({ designs: found, lift, recommended }) {
  const best = ({ share, weeks }) => share === recommended.share && weeks === recommended.weeks;
  return intervalTable({
    label: "Holdout tests", first: "Held out", plot: "Expected lift and what is seen", ticks: 3,
    written: percent,
    heads: ["Smallest lift seen", "Chance to see it", "Sales given up"],
    rows: found.map((one) => ({
      head: `${one.held_out} markets, ${one.weeks} weeks${best(one) ? " (advised)" : ""}`,
      estimate: lift, mark: one.smallest_detectable_lift ?? undefined,
      attributes: { class: best(one) ? "advised" : null },
      cells: [one.smallest_detectable_lift === null ? "none" : percent(one.smallest_detectable_lift),
        chance(one.power), money(one.revenue_forgone)] })) });
}
