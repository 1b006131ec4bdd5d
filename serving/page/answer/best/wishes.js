// What the best roster must keep to: what was typed, kept with the plan, and the question asked.

import { known } from "../../plan/known.js";
import { draft, state } from "../../state.js";

export const OBJECTIVES = [["profit", "most profit"], ["revenue", "most added sales"],
  ["cautious", "most profit in a bad case"]];

const UNASKED = { budget: 20000, objective: "profit", include: [], exclude: [], virtual: null, posts: 1, category: "", platform: "", language: "", tier: "", tierShare: null };
const BEHIND = ["virtual", "posts", "category", "platform", "language", "tier"];

// At most as many creators as there ever were, unless the planner asks otherwise.
export const wishes = () => ({ ...UNASKED, most: known.largestRoster, ...state.drafts.best });
export const wish = (name) => (value) => draft("best", { [name]: value });
export const hasLimits = () => BEHIND.some((name) => wishes()[name] !== UNASKED[name]);

// The body of POST /v1/optimize. `plan` is the question of a comparison: its campaign and margin.
export function questionOf({ campaign, margin, interval }) {
  const asked = wishes();
  const ids = (name) => asked[name].map(({ creator_id: id }) => id);
  const { category, platform, language } = asked;
  return {
    campaign, margin, interval,
    budget: asked.budget,
    objective: asked.objective,
    candidates: { ...given({ category, platform, language }), posts: asked.posts },
    include: ids("include"),
    exclude: ids("exclude"),
    ...given({ max_creators: asked.most, max_virtual: shareOf(asked.virtual) }),
    ...(asked.tier ? { min_share: { tier: { [asked.tier]: shareOf(asked.tierShare) } } } : {}),
  };
}

const shareOf = (percent) => (percent === null ? null : percent / 100);
const given = (values) => Object.fromEntries(
  Object.entries(values).filter(([, value]) => value !== "" && value !== null));
