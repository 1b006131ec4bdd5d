// What the numbers alone do not say, with creators by their names.

import { h } from "../dom.js";

// What stands in the compliance panel anyway is not said twice.
const SAID_THERE = new Set(["undisclosed_sponsorship", "virtual_creator"]);

export function warningsPanel(found, names) {
  const told = found.filter(({ code }) => !SAID_THERE.has(code));
  if (!told.length) return null;
  return h("div", { class: "notice" }, h("h4", {}, "Worth knowing"),
    h("ul", { "aria-label": "Warnings" }, told.map((one) => h("li", {}, inWords(one, names)))));
}

// The service names creators by id, and so many of them that a number says more.
export function inWords({ message, creator_ids: ids }, names) {
  if (!ids?.length) return message;
  const end = message.lastIndexOf(": ") + 2;
  return end > 1 && message.startsWith(ids[0], end) ? `${message.slice(0, end)}${named(ids, names)}.`
    : `${message} (${named(ids, names)})`;
}

export const named = (ids, names, most = 5) => ids.slice(0, most)
  .map((id) => names.get(id) ?? id).join(", ") +
  (ids.length > most ? ` and ${ids.length - most} more` : "");
