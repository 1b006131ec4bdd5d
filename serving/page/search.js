// Finding creators in the catalog, and proposing one who is not in it.

import { getCreators } from "./api.js";
import { byId, choice, field, h } from "./dom.js";
import { count, money, percent, words } from "./format.js";
import { PLATFORMS } from "./rosters.js";
import { addBooking, MOST_BOOKINGS, state } from "./state.js";

const PAGE = 20;
const TIERS = [["", "any size"], ["nano", "nano, under 1,000"], ["micro", "micro, to 100,000"],
  ["mid", "mid, to 500,000"], ["macro", "macro, to 1 million"], ["mega", "mega"]];
const SORTS = [["-followers", "most followers"], ["followers", "fewest followers"],
  ["-reply_rate_90d", "most replies to comments"],
  ["-median_view_rate_90d", "most views per follower"],
  ["-engagement_per_view_90d", "most engagement per view"], ["handle", "handle"]];

const wanted = { query: "", category: "", platform: "", tier: "", language: "",
  sort: "-followers" };
let shown = [];
let asked = null;
let pause = 0;

const later = () => {
  clearTimeout(pause);
  pause = setTimeout(() => search(0), 200);
};

export function drawSearch() {
  const text = (id, name, label) => field(label, h("input", { id, type: "search",
    autocomplete: "off", oninput: (event) => { wanted[name] = event.target.value; later(); } }));
  const pick = (id, name, label, values) => field(label, choice(id, values, wanted[name],
    (value) => { wanted[name] = value; search(0); }));
  byId("search").replaceChildren(
    h("h3", { id: "search-title" }, "Find creators"),
    h("div", { class: "grid", role: "search" },
      text("search-query", "query", "Handle or id"),
      text("search-category", "category", "Niche"),
      text("search-language", "language", "Language"),
      pick("search-platform", "platform", "Platform",
        [["", "any"], ...PLATFORMS.map((name) => [name, name])]),
      pick("search-tier", "tier", "Followers", TIERS),
      pick("search-sort", "sort", "First", SORTS)),
    h("p", { id: "found", role: "status" }),
    h("ul", { id: "found-list", class: "found" }),
    h("button", { type: "button", id: "more", hidden: true,
      onclick: () => search(shown.length) }, "Show more"),
    proposal());
}

export async function search(offset = 0) {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await getCreators({ ...wanted, limit: PAGE, offset }, asked.signal);
    shown = offset ? [...shown, ...answer.items] : answer.items;
    byId("found").textContent = answer.total === 0
      ? "No creator matches. Ask for less, or propose one below."
      : `${answer.total.toLocaleString("en")} creators match, ${shown.length} shown.`;
    byId("more").hidden = shown.length >= answer.total;
    drawFound();
  } catch (error) {
    if (error.name === "AbortError") return;
    byId("found").textContent = error.message;
    byId("found-list").replaceChildren();
  }
}

export function drawFound() {
  byId("found-list").replaceChildren(...shown.map((creator) => h("li", {},
    h("div", {}, h("strong", {}, creator.handle),
      creator.is_virtual ? h("span", { class: "badge" }, "virtual") : null,
      h("div", { class: "quiet" }, facts(creator))),
    adders(creator))));
}

function adders(creator) {
  return h("div", { class: "adders" }, state.scenarios.map((scenario, position) =>
    h("button", { type: "button", disabled: scenario.roster.length >= MOST_BOOKINGS,
      "aria-label": `Add ${creator.handle} to ${scenario.name}`,
      onclick: () => addBooking(position, creator) }, `+ ${scenario.name}`)));
}

function facts(creator) {
  const { features } = creator;
  const rate = creator.rates[0];
  return [
    creator.category, creator.language, `${count(creator.followers)} followers`,
    creator.platforms.join(", "),
    features.median_views_90d != null && `${count(features.median_views_90d)} views a post`,
    features.reply_rate_90d != null && `answers ${percent(features.reply_rate_90d)} of comments`,
    rate && `${money(rate.fee_per_post)} for a ${words(rate.format)}` +
      `${rate.fee_source === "estimate" ? " (estimated)" : ""}`,
  ].filter(Boolean).join(" · ");
}

function proposal() {
  const entry = (id, label, type = "text") => field(label, h("input", { id, type, min: 0 }));
  return h("details", {}, h("summary", {}, "Propose a creator who is not in the catalog"),
    h("p", { class: "quiet" }, "What is not known about them is filled from similar creators; ",
      "the answer is less sure, and says so."),
    h("div", { class: "grid" }, entry("new-handle", "Handle"), entry("new-category", "Niche"),
      entry("new-language", "Language, two letters"),
      entry("new-followers", "Followers", "number")),
    h("div", { class: "adders", id: "propose" }));
}

export function drawProposers() {
  byId("propose").replaceChildren(...state.scenarios.map((scenario, position) =>
    h("button", { type: "button", onclick: () => propose(position) }, `+ ${scenario.name}`)));
}

function propose(position) {
  const [handle, category, language, followers] = ["handle", "category", "language", "followers"]
    .map((name) => byId(`new-${name}`).value.trim());
  const missing = [["handle", handle], ["category", category], ["language", language],
    ["followers", followers]].find(([, value]) => !value);
  if (missing) {
    byId(`new-${missing[0]}`).focus();
    return;
  }
  addBooking(position, {
    creator_id: handle, handle, followers: Number(followers), tier: null, platforms: [], rates: [],
    proposed: { category, language, followers: Number(followers) },
  });
}
