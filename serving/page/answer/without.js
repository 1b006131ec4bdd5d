// The roster without some of its creators: asked of the service anew, on the same draws.

import { compare } from "../api.js";
import { h } from "../dom.js";
import { chance, crossesZero, exact, money, range } from "../format.js";
import { problemBox } from "../problem.js";
import { addScenario, state } from "../state.js";
import { named } from "./warnings.js";

export const NO_ROOM = "There is no room for another roster: remove one first.";
const PAUSE = 250; // several boxes unticked in a row are one question

const WITH = "with them";
const WITHOUT = "without them";

let pause = 0;
let asking = 0;

// left: creator_ids that are unticked; putBack ticks them again.
export function compareWithout(look) {
  clearTimeout(pause);
  const { name, asked, left, outcome } = look;
  const whole = asked.scenarios.find((scenario) => scenario.name === name).roster;
  const rest = whole.filter(({ creator_id: id }) => !left.has(id));
  const turn = ++asking;
  if (!left.size) return outcome.replaceChildren();
  if (!rest.length) {
    return outcome.replaceChildren(h("p", {}, "Nobody would be left. Tick at least one creator."));
  }
  pause = setTimeout(async () => {
    const found = await answered({ asked, whole, rest });
    if (turn !== asking) return; // something else was ticked meanwhile
    outcome.replaceChildren(...found instanceof Error ? [problemBox(found)] : told(found, look));
  }, PAUSE);
}

async function answered({ asked, whole, rest }) {
  const { campaign, margin, interval } = asked;
  const scenarios = [{ name: WITH, roster: whole }, { name: WITHOUT, roster: rest }];
  try {
    return await compare({ campaign, margin, interval, scenarios });
  } catch (error) {
    return error;
  }
}

function told({ scenarios: [whole, rest], differences: [pair] }, look) {
  const { name, names, left, putBack, outcome } = look;
  const added = rest.prediction.incremental_revenue;
  const who = named([...left], names, 3);
  const saved = whole.prediction.cost - rest.prediction.cost;
  return [h("div", { class: "aside" },
    h("p", { class: "sentence" }, `Without ${who}, ${name} is expected to add `,
      h("strong", {}, money(added.mean)), ` (${range(added, money)}) instead of `,
      `${money(whole.prediction.incremental_revenue.mean)}, and costs ${exact(saved)} less.`),
    h("p", {}, gap(pair), ` Chance that the smaller roster earns more: `,
      `${chance(pair.better === WITH ? 1 - pair.probability : pair.probability)}.`),
    h("div", { class: "adders" },
      h("button", { type: "button", onclick: () => {
        putBack();
        outcome.replaceChildren();
      } }, "Put everybody back"),
      keep(look, who)))].flat();
}

// The difference is better minus worse: turned so that it says what the left-out creators add.
function gap({ better, incremental_revenue: { mean, low, high } }) {
  const added = better === WITH ? { mean, low, high } : { mean: -mean, low: -high, high: -low };
  return crossesZero(added)
    ? `What they add cannot be told from nothing: ${range(added, money)}.`
    : `What they add: ${money(added.mean)} (${range(added, money)}).`;
}

// Taken from the plan, where the terms stand with the creators' names; null once it was renamed.
function keep({ name, left }, who) {
  const scenario = state.scenarios.find((one) => one.name === name);
  if (!scenario) return null;
  const said = h("span", { role: "status" });
  return [h("button", { type: "button", onclick: () => {
    const rest = scenario.roster.filter(({ creator_id: id }) => !left.has(id));
    said.textContent = addScenario(`${name} without ${who}`, structuredClone(rest)) === null
      ? NO_ROOM : "Kept. Compare again to see it beside the others.";
  } }, "Keep it as a new roster"), said];
}
