// Step 4: the best roster under a budget: what it must keep to, and the button that asks.

import { button, byId, choice, field, h, number, redraw } from "../../dom.js";
import { words } from "../../format.js";
import { foundPart } from "../../parts.js";
import { known } from "../../plan/known.js";
import { problemBox } from "../../problem.js";
import { toRequest } from "../../state.js";
import { picker } from "./picker.js";
import { cancelSearch, searched } from "./search.js";
import { hasLimits, OBJECTIVES, questionOf, wish, wishes } from "./wishes.js";

const languages = new Intl.DisplayNames("en", { type: "language" });

// Fields have the paths of the question as ids, so that a refusal leads to them.
export function drawBest() {
  byId("best").replaceChildren(
    h("h2", { id: "best-title" }, "4. Best roster"),
    h("p", { class: "quiet" }, "Searches the catalog for the roster that brings the most within a ",
      "budget, for the campaign above."),
    h("form", { novalidate: true, "aria-label": "Best roster", onsubmit: (event) => {
      event.preventDefault();
      ask();
    } }, firstWishes(),
    h("details", { open: hasLimits(), ontoggle: drawLimits }, h("summary", {}, "More limits"),
      h("div", { id: "best-limits", class: "grid" })),
    h("div", { class: "adders" },
      h("button", { id: "find-best", class: "main" }, "Find the best roster"),
      button("Cancel", cancelSearch, { id: "stop-best", hidden: true }))),
    h("div", { id: "best-progress", role: "status" }),
    h("div", { id: "best-problem", role: "alert" }),
    h("div", { id: "best-found" }));
  drawLimits();
}

const counted = (id, name, label, limits, note) =>
  field(label, number(id, wishes()[name], limits, wish(name)), note);

function firstWishes() {
  return h("div", { class: "grid" },
    counted("budget", "budget", "Budget for all fees", { min: 0, step: "any" }),
    field("Look for", choice("objective", OBJECTIVES, wishes().objective, wish("objective"))),
    counted("max_creators", "most", "Most creators", { min: 1, max: 500, placeholder: "any number" },
      known.largestRoster ? `Largest so far: ${known.largestRoster}.` : null),
    picker("include", "Must be booked"), picker("exclude", "Never"));
}

// Drawn anew when it is opened: what can be chosen is known once the catalog has answered.
function drawLimits() {
  redraw(byId("best-limits"),
    counted("candidates-posts", "posts", "Posts of each", { min: 1, max: 50 }),
    counted("max_virtual", "virtual", "Virtual creators, at most %",
      { min: 0, max: 100, placeholder: "any share" }),
    picked("candidates-category", "category", "Only this niche", words),
    picked("candidates-platform", "platform", "Only this platform", words),
    picked("candidates-language", "language", "Only this language", (code) => languages.of(code)),
    picked("min_share-tier", "tier", "Least share of this size", words),
    counted("min_share", "tierShare", "… so many %", { min: 0, max: 100 }));
}

function picked(id, name, label, worded) {
  const chosen = wishes()[name];
  const values = new Set([...known.filters[name].map(({ value }) => value), chosen]);
  values.delete("");
  return field(label, choice(id, [["", "any"], ...[...values].map((value) =>
    [value, worded(value)])], chosen, wish(name)));
}

// What shows the answer is there before the search begins: nobody searches twice for its sake.
async function ask() {
  try {
    const { foundPanel } = await foundPart();
    const found = await searched(questionOf(toRequest()));
    if (found) byId("best-found").replaceChildren(...await foundPanel(found));
  } catch (error) {
    byId("best-problem").replaceChildren(problemBox(error));
  }
}
