// The best roster that was found: a sentence, how sure it is the best, who is in it, what other
// budgets buy.

import { button, h } from "../../dom.js";
import { count, exact, many, money, percent, range } from "../../format.js";
import { known, lookUp } from "../../plan/known.js";
import { addScenario } from "../../state.js";
import { creatorTable } from "../creator_table.js";
import { badge, footing } from "../verdict.js";
import { NO_ROOM } from "../without.js";
import { frontierChart } from "./frontier.js";
import { searched } from "./search.js";

// found: the answer, with its question.
export async function foundPanel(found) {
  const names = await namesOf(found.prediction);
  const said = h("p", { role: "status" });
  const take = async ({ budget }) => {
    const { question } = found;
    const answer = budget === question.budget ? found : await searched({ ...question, budget });
    if (!answer) return;
    const name = `Best for ${exact(budget)}`;
    said.textContent = addScenario(name, answer.roster) === null ? NO_ROOM
      : `${name} is a roster of its own now. Compare to see it beside the others.`;
  };
  return [
    verdict(found, names),
    ...found.warnings.map(({ message }) => h("p", { class: "notice" }, message)),
    members(found, names),
    frontier(found, take),
    said];
}

function verdict({ prediction, roster, question, solver }, names) {
  const { incremental_revenue: added, cost, evidence, lift } = prediction;
  const creators = new Set(roster.map(({ creator_id: id }) => id)).size;
  const left = (value) => money(value * question.margin - cost);
  return h("article", { class: `verdict ${evidence.grade}`, "aria-label": "Best roster found" },
    h("header", {}, h("h3", {}, `${many(creators, "creator", "creators")} for ${exact(cost)}`),
      badge(evidence)),
    h("p", { class: "sentence" }, evidence.grade === "outside"
      ? "Unlike any past campaign. For what a guess is worth, it would add " : "Expected to add ",
    h("strong", {}, money(added.mean)),
      ` in sales (${range(added, money)}), `, h("strong", {}, percent(lift.mean, { sign: true })),
      `. Profit left after its cost: ${left(added.mean)} (${left(added.low)} to `,
      `${left(added.high)}).`),
    footing(prediction, names),
    h("p", { class: "more" }, proven(solver)));
}

function proven({ status, full_model_gap: gap, candidates, seconds }) {
  const searched = `Chosen from ${count(candidates)} creators in ${seconds.toFixed(1)} s. `;
  const ended = status === "time_limit" ? " The search ended before it was complete." : "";
  if (gap === null) return `${searched}Others may be better.`;
  return searched + (gap < 0.005 ? "No other roster is expected to do better."
    : `No other roster is expected to do better by more than ${percent(gap)}.`) + ended;
}

// creator_id → handle; where the catalog does not answer, ids will do.
async function namesOf({ by_creator: creators }) {
  const ids = creators.map(({ creator_id: id }) => id);
  await lookUp(ids.filter((id) => !known.creators.has(id))).catch(() => {});
  return new Map(ids.map((id) => [id, known.creators.get(id)?.handle ?? id]));
}

const members = ({ prediction }, names) => h("details", {}, h("summary", {}, "Who is in it"),
  creatorTable({ creators: prediction.by_creator, interval: prediction.interval,
    nameOf: (id) => names.get(id) }).place);

function frontier({ frontier: points, question }, take) {
  if (points.length < 2) {
    return h("div", { class: "adders" }, points.map((point) => takeButton(point, take)));
  }
  return h("section", { "aria-labelledby": "frontier-title" },
    h("h3", { id: "frontier-title" }, "What other budgets buy"),
    frontierChart(points, question),
    h("div", { class: "scroll", role: "group", tabindex: 0, "aria-label": "Budgets" },
      h("table", {}, h("thead", {}, h("tr", {}, ["Budget", "Creators", "Cost", "Added sales",
        `Range, ${percent(question.interval)}`, "Take it"].map((head, place) =>
        h("th", { scope: "col", class: place ? "number" : null }, head)))),
      h("tbody", {}, points.map((point) => line(point, take))))));
}

function line(point, take) {
  const { budget, creators, cost, incremental_revenue: added } = point;
  const numbers = [exact(creators), exact(cost), money(added.mean), range(added, money)];
  return h("tr", {}, h("th", { scope: "row" }, exact(budget)),
    numbers.map((text) => h("td", { class: "number" }, text)),
    h("td", { class: "number" }, takeButton(point, take)));
}

function takeButton(point, take) {
  return button("Take as a roster", async (event) => {
    event.target.disabled = true;
    await take(point);
    event.target.disabled = false;
    event.target.focus();
  }, { class: "small", "aria-label": `Take the best for ${exact(point.budget)} as a roster` });
}
