// Finding creators in the catalog while typing, and adding them to rosters.

import { getCreators } from "../api.js";
import { button, byId, choice, debounced, field, h, isOpen, number, redraw, text } from "../dom.js";
import { count, exact, many, money, percent, words } from "../format.js";
import { draft, letterOf, MOST_BOOKINGS, state } from "../state.js";
import { add } from "./adding.js";
import { known, remember } from "./known.js";
import { proposal } from "./proposal.js";
import { bookedIn, PLATFORMS } from "./terms.js";

const PAGE = 20;
const TIERS = { nano: "nano, under 1,000", micro: "micro, to 100,000", mid: "mid, to 500,000",
  macro: "macro, to 1 million", mega: "mega, from 1 million" };
const SORTS = [["-followers", "most followers"], ["followers", "fewest followers"],
  ["-reply_rate_90d", "most replies to comments"],
  ["-median_view_rate_90d", "most views per follower"],
  ["-engagement_per_view_90d", "most engagement per view"], ["handle", "handle"]];
const NOTHING = { query: "", category: "", platform: "", language: "", tier: "", community: "",
  min_followers: null, max_followers: null, min_fee: null, max_fee: null, sort: "-followers" };
const BEHIND = ["language", "tier", "community", "min_followers", "max_followers", "min_fee",
  "max_fee"];

const wanted = () => ({ ...NOTHING, ...state.drafts.search });
let shown = [];
let told = "";
let asked = null;

const later = debounced(() => search(), 20);

function set(name, value) {
  draft("search", { [name]: value });
  showActive();
  later();
}

export function drawSearch() {
  const now = wanted();
  const pick = (name, label, values) => field(label, choice(`search-${name}`, values, now[name],
    (value) => set(name, value)));
  const bound = (name, label) => field(label, number(`search-${name}`, now[name],
    { min: 0, step: "any", placeholder: name.startsWith("min") ? "from" : "to" },
    (value) => set(name, value)));
  const listed = (name, told = words) => [["", "any"],
    ...offered(name).map((one) => [one.value, `${told(one.value)} (${exact(one.creators)})`])];
  redraw(byId("search"),
    h("h3", { id: "search-title" }, "Find creators"),
    h("div", { role: "search", "aria-labelledby": "search-title" },
      h("div", { class: "filters" },
        field("Handle or id", text("search-query", now.query, (value) => set("query", value),
          { type: "search", autocomplete: "off" })),
        pick("category", "Niche", listed("category")),
        pick("platform", "Platform", listed("platform")),
        pick("sort", "First", SORTS)),
      h("details", { id: "more-filters", open: isOpen("more-filters")
        ?? BEHIND.some((name) => now[name]) },
        h("summary", {}, "More filters"),
        h("div", { class: "filters" },
          pick("language", "Language", listed("language")),
          pick("community", "Community", listed("community")),
          pick("tier", "Size", listed("tier", (tier) => TIERS[tier])),
          h("span", {}),
          bound("min_followers", "Followers from"), bound("max_followers", "Followers to"),
          bound("min_fee", "Price of a post from"), bound("max_fee", "Price of a post to"))),
      button("Clear the filters", clear, { id: "clear-filters", class: "small" })),
    h("p", { id: "found", role: "status" }, told),
    h("ul", { id: "found-list", class: "found" }),
    button("Show more", () => search(shown.length), { id: "more", hidden: true }),
    proposal());
  showActive();
}

// Before the catalog answered, the platforms are known all the same.
const offered = (name) => (known.filters[name].length || name !== "platform" ? known.filters[name]
  : PLATFORMS.map((value) => ({ value, creators: 0 })));

function showActive() {
  const now = wanted();
  byId("clear-filters").hidden = Object.keys(NOTHING).every((name) => now[name] === NOTHING[name]);
}

function clear() {
  draft("search", NOTHING);
  drawSearch();
  byId("search-query").focus();
  search();
}

export async function search(offset = 0) {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await getCreators({ ...wanted(), limit: PAGE, offset }, asked.signal);
    remember(answer.items);
    shown = offset ? [...shown, ...answer.items] : answer.items;
    tell(answer.total === 0 ? "No creator matches. Ask for less, or propose one below."
      : `${many(answer.total, "creator matches", "creators match")}, ${shown.length} shown.`);
    byId("more").hidden = shown.length >= answer.total;
    drawFound();
  } catch (error) {
    if (error.name === "AbortError") return;
    tell(error.faults?.length
      ? error.faults.map((fault) => `${words(fault.path)}: ${fault.message}.`).join(" ")
      : error.message);
  }
}

function tell(sentence) {
  told = sentence;
  byId("found").textContent = told;
}

export function drawFound() {
  const focused = document.activeElement?.getAttribute("aria-label");
  byId("found-list").replaceChildren(...shown.map((creator) => h("li", {},
    h("div", { class: "bar" },
      h("strong", {}, creator.handle,
        creator.is_virtual ? h("span", { class: "badge plain" }, "virtual") : null),
      adders(creator)),
    facts(creator).map((line) => h("div", { class: "quiet" }, line.filter(Boolean).join(" · "))))));
  if (focused?.startsWith("Add ")) {
    byId("found-list").querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }
}

function adders(creator) {
  const booked = bookedIn(creator.creator_id);
  return h("div", { class: "adders" }, state.scenarios.map((scenario, position) =>
    button(h("span", {}, booked[position] ? "✓ " : "+ ", letterOf(position)),
      () => add(position, creator), {
        class: `chip letter-${position}`,
        disabled: scenario.roster.length >= MOST_BOOKINGS,
        title: booked[position] ? `In ${scenario.name}` : `Add to ${scenario.name}`,
        "aria-label": `Add ${creator.handle} to ${scenario.name}`,
      })));
}

// Who they are; how they do and what they ask.
function facts({ category, language, followers, platforms, features, rates, communities }) {
  const price = [...rates].sort((one, other) => one.fee_per_post - other.fee_per_post)[0];
  return [
    [category && words(category), language, `${count(followers)} followers`,
      platforms.map(words).join(", "), communities.map(words).join(", ")],
    [features.median_views_90d != null && `${count(features.median_views_90d)} views a post`,
      features.reply_rate_90d != null && `answers ${percent(features.reply_rate_90d)} of comments`,
      price && `from ${money(price.fee_per_post)} a post` +
        `${price.fee_source === "estimate" ? " (estimated)" : ""}`],
  ];
}
