// Proposing a creator who is not in the catalog.

import { button, byId, field, h, isOpen, number, text } from "../dom.js";
import { draft, letterOf, state } from "../state.js";
import { add } from "./adding.js";
import { example, readMarketShares } from "./audience.js";
import { known, marketsLoaded } from "./known.js";

const NEEDED = { handle: "Handle", category: "Niche", language: "Language, two letters",
  followers: "Followers" };
const SHARES = { engagement_rate: "Likes, comments and shares per view, %",
  reply_rate: "Comments they answer, %" };

let problem = "";

const typed = () => state.drafts.proposal ?? {};
const set = (name) => (value) => draft("proposal", { [name]: value });

export function proposal() {
  const entry = (name, attributes) => field(NEEDED[name], text(`new-${name}`, typed()[name],
    set(name), { autocomplete: "off", ...attributes }));
  const amount = (name, label, limits) =>
    field(label, number(`new-${name}`, typed()[name], limits, set(name)));
  return h("details", { id: "proposal", open: isOpen("proposal") ?? Boolean(typed().handle) },
    h("summary", {}, "Propose a creator who is not in the catalog"),
    h("p", { class: "quiet" }, "What is not known about them is filled from similar creators; ",
      "the answer is less sure, and says so."),
    h("div", { class: "filters" }, entry("handle"), entry("category", { list: "categories" }),
      entry("language", { maxlength: 8 }), amount("followers", NEEDED.followers, { min: 0 }),
      Object.entries(SHARES).map(([name, label]) =>
        amount(name, label, { min: 0, max: 100, step: "any" })),
      field("Their followers live in, %", text("new-audience", typed().audience, set("audience"),
        { autocomplete: "off", placeholder: example() }), "Market and share; empty: not known."),
      h("label", { class: "check" }, h("input", { type: "checkbox", id: "new-is_virtual",
        checked: typed().is_virtual ?? false,
        onchange: (event) => set("is_virtual")(event.target.checked) }), "A virtual persona")),
    h("p", { id: "proposal-problem", class: "wrong", role: "alert" }, problem),
    h("div", { class: "adders", id: "propose" }, proposers()));
}

const proposers = () => state.scenarios.map((scenario, position) =>
  button(`+ ${letterOf(position)}`, () => propose(position), { class: `chip letter-${position}`,
    "aria-label": `Add the proposed creator to ${scenario.name}` }));

export const drawProposers = () => byId("propose").replaceChildren(...proposers());

function tell(words) {
  problem = words;
  byId("proposal-problem").textContent = words;
}

async function propose(position) {
  if (!known.markets.size) tell("The markets are still being loaded; added right after.");
  await marketsLoaded;
  const { handle, category, language, followers } = typed();
  const missing = Object.keys(NEEDED).find((name) => !typed()[name] && typed()[name] !== 0);
  const { shares: market, fault } = readMarketShares(typed().audience ?? "");
  tell(missing ? `${NEEDED[missing]} is missing: without it nobody similar can be found.` : fault);
  if (missing || fault) {
    byId(`new-${missing ?? "audience"}`).focus();
    return;
  }
  const shares = Object.fromEntries(Object.keys(SHARES)
    .filter((name) => typeof typed()[name] === "number")
    .map((name) => [name, typed()[name] / 100]));
  const id = known.creators.has(handle) ? `${handle} (proposed)` : handle.trim();
  add(position, { creator_id: id, handle: handle.trim(), followers, tier: null, platforms: [],
    rates: [], proposed: { category: category.trim(), language: language.trim(), followers,
      ...shares, ...(typed().is_virtual ? { is_virtual: true } : {}),
      ...(Object.keys(market).length ? { audience: { market } } : {}) } });
}
