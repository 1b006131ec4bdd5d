// Where the campaign runs: everywhere the brand sells, or in markets picked from a list.

import { button, byId, h, redraw, text } from "../dom.js";
import { change, state } from "../state.js";
import { known } from "./known.js";

const MOST_SHOWN = 200;
let wanted = "";

// `markets` of null means all; an empty list is a choice not made yet.
const chosen = () => state.campaign.markets;
const choose = (markets) => change((s) => { s.campaign.markets = markets; }, "campaign");

export function marketChooser() {
  return h("fieldset", { class: "markets", id: "campaign-markets", tabindex: -1 },
    h("legend", {}, "Markets"),
    h("div", { class: "either" },
      either("all", "All the brand sells in", chosen() === null, () => choose(null)),
      either("some", "Only some", chosen() !== null, () => choose([]))),
    h("div", { id: "market-list" }, chosen() === null ? null : list()));
}

const redrawList = () => redraw(byId("market-list"), chosen() === null ? null : list());

function either(value, label, checked, choosing) {
  return h("label", { class: "check" }, h("input", { type: "radio", name: "markets",
    id: `markets-${value}`, value, checked,
    onchange: () => { choosing(); redrawList(); } }), label);
}

function matching() {
  const word = wanted.trim().toLowerCase();
  return [...known.markets.values()].filter((market) =>
    [market.name, market.market_id, market.country].some((part) =>
      part?.toLowerCase().includes(word)));
}

function list() {
  const found = matching();
  const ids = found.map((market) => market.market_id);
  return h("div", {},
    h("div", { class: "bar" },
      text("market-search", wanted, (value) => { wanted = value; redrawList(); },
        { type: "search", "aria-label": "Find a market", placeholder: "Find a market",
          autocomplete: "off" }),
      button(wanted.trim() ? "Add these" : "Add all", () => {
        choose([...new Set([...chosen(), ...ids])]);
        redrawList();
      }),
      button("None", () => { choose([]); redrawList(); })),
    h("p", { id: "market-count", role: "status", class: "quiet" }, told()),
    h("div", { class: "checks" }, found.slice(0, MOST_SHOWN).map(tick)),
    found.length > MOST_SHOWN ? h("p", { class: "quiet" },
      `${found.length - MOST_SHOWN} more: type a part of their name.`) : null);
}

const told = () => (chosen().length
  ? `${chosen().length} of ${known.markets.size} markets chosen.`
  : "Choose at least one market.");

function tick(market) {
  const id = market.market_id;
  const toggle = (event) => {
    const others = chosen().filter((one) => one !== id);
    choose(event.target.checked ? [...others, id] : others);
    byId("market-count").textContent = told();
  };
  return h("label", { class: "check" }, h("input", { type: "checkbox", id: `market-${id}`,
    checked: chosen().includes(id), onchange: toggle }),
  `${market.name}${market.country ? ` (${market.country})` : ""}`);
}
