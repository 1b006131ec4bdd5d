// A closer look at one roster at a time: tabs by roster, and in each the same panels.

import { h } from "../dom.js";
import { compliance } from "./compliance.js";
import { creatorsPanel } from "./creators.js";
import { driversPanel } from "./drivers.js";
import { lettered } from "./letter.js";
import { marketsPanel } from "./markets.js";
import { proofPanel } from "./proof.js";
import { reachPanel } from "./reach.js";
import { warningsPanel } from "./warnings.js";

let looked = null; // the roster that was looked at last, so that a new answer opens the same

export function deeper(ranked, asked, names) {
  const widest = Math.max(...ranked.map(({ prediction: { reach } }) =>
    Math.max(reach.impressions, reach.followers, reach.people)));
  const parts = ranked.map((result, place) => ({
    name: result.name,
    tab: h("button", { type: "button", role: "tab", id: `deeper-tab-${place}`,
      "aria-controls": `deeper-${place}` }, lettered(result.name, asked)),
    panel: h("div", { role: "tabpanel", id: `deeper-${place}`, tabindex: 0, class: "deeper",
      "aria-labelledby": `deeper-tab-${place}` },
    h("p", { class: "on-paper", "aria-hidden": true }, lettered(result.name, asked)), panels({ result, asked, names, widest })) }));
  const show = (chosen, focus) => {
    looked = parts[chosen].name;
    parts.forEach(({ tab, panel }, place) => {
      tab.setAttribute("aria-selected", place === chosen);
      tab.tabIndex = place === chosen ? 0 : -1;
      panel.hidden = place !== chosen;
    });
    if (focus) parts[chosen].tab.focus();
  };
  parts.forEach(({ tab }, place) => tab.addEventListener("click", () => show(place)));
  show(Math.max(0, parts.findIndex(({ name }) => name === looked)));
  return h("section", { "aria-labelledby": "deeper-title" },
    h("h3", { id: "deeper-title" }, "A closer look"),
    h("div", { role: "tablist", class: "tabs", "aria-labelledby": "deeper-title",
      onkeydown: (event) => step(event, parts.map(({ tab }) => tab), show) },
    parts.map(({ tab }) => tab)),
    parts.map(({ panel }) => panel));
}

// Arrow keys, Home and End move between tabs, as screen readers announce.
function step(event, tabs, show) {
  const at = tabs.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  show((to + tabs.length) % tabs.length, true);
}

function panels(look) {
  return [
    warningsPanel(look.result.prediction.warnings, look.names),
    h("div", { class: "panels" }, reachPanel(look), driversPanel(look)),
    creatorsPanel(look),
    marketsPanel(look),
    compliance(look),
    proofPanel(look),
  ];
}
