// A refused request in words: which field of which roster, and a link to it.

import { h } from "./dom.js";
import { words } from "./format.js";
import { state } from "./state.js";

const FIELDS = { brand_id: "brand", starts_on: "first posting day", ends_on: "last posting day",
  creator_id: "creator", invites_ugc: "invitation of content" };

// "scenarios.0.roster.2.fee" → "Roster A, booking 3 (@bo), fee"
export function place(path) {
  const steps = path.split(".");
  const parts = [];
  if (steps[0] === "scenarios" && steps[1] !== undefined) {
    const scenario = state.scenarios[steps[1]];
    parts.push(scenario?.name ?? `roster ${Number(steps[1]) + 1}`);
    if (steps[2] === "roster" && steps[3] !== undefined) {
      const handle = scenario?.roster[steps[3]]?.shown.handle;
      parts.push(`booking ${Number(steps[3]) + 1}${handle ? ` (${handle})` : ""}`);
    }
  }
  const last = steps.at(-1);
  if (!/^\d+$/.test(last)) parts.push(FIELDS[last] ?? words(last));
  return parts.join(", ");
}

export function problemBox(error) {
  markFields(error.faults ?? []);
  return h("div", { class: "notice bad" }, h("p", {}, error.message),
    error.faults?.length ? h("ul", {}, error.faults.map((fault) => h("li", {},
      h("a", { href: `#${idOf(fault.path)}`, onclick: (event) => jump(event, fault.path) },
        place(fault.path)), `: ${fault.message}`))) : null);
}

const idOf = (path) => path.replaceAll(".", "-");

function jump(event, path) {
  event.preventDefault();
  const target = document.getElementById(idOf(path));
  target?.closest("details")?.setAttribute("open", "");
  target?.focus();
}

export function markFields(faults) {
  for (const marked of document.querySelectorAll("[aria-invalid]")) {
    marked.removeAttribute("aria-invalid");
  }
  for (const fault of faults) {
    document.getElementById(idOf(fault.path))?.setAttribute("aria-invalid", "true");
  }
}
