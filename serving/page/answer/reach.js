// How followers become people who see the posts: a ladder of bars on one scale for all rosters.

import { h, svg } from "../dom.js";
import { count } from "../format.js";

export function reachPanel({ result: { name, prediction: { reach } }, asked, widest }) {
  const where = asked.campaign.markets ? "the chosen markets" : "the brand's markets";
  const steps = [
    ["Followers of the booked accounts", reach.followers, "followers"],
    [`… who live in ${where}`, reach.followers_in_markets, "followers"],
    ["Views of the posts there", reach.impressions, "views"],
    ["People who see them, each counted once", reach.people, "people"],
    ["… of whom only one creator reaches", reach.unique_people, "people"]];
  return h("section", { class: "panel", "aria-label": `Reach of ${name}` }, h("h4", {}, "Reach"),
    h("ol", { class: "ladder" }, steps.map(([words, value, kind]) => h("li", {},
      h("span", {}, words), h("strong", {}, count(value)), bar(value / (widest || 1), kind)))),
    h("p", { class: "quiet" }, `Who sees them sees ${reach.frequency.toFixed(1)} posts on average. `,
      reach.people > reach.followers_in_markets
        ? "Posts also reach people who follow none of these accounts." : ""));
}

// At least a hair's breadth: a small number is not none.
export const bar = (share, kind) => svg("svg", { class: "bar-line", height: 10,
  "aria-hidden": true },
svg("rect", { height: 10, rx: 2, class: kind, width: `${Math.max(0.4, share * 100).toFixed(2)}%` }));
