// A roster's letter, the same sign that its card in the plan has.

import { h } from "../dom.js";
import { letterOf } from "../state.js";

export function letter(name, asked) {
  const place = asked.scenarios.findIndex((scenario) => scenario.name === name);
  return h("span", { class: `letter letter-${place}`, "aria-hidden": true }, letterOf(place));
}

// The letter with the name beside it, as a table's row or a tab is headed.
export const lettered = (name, asked) =>
  h("span", { class: "lettered" }, letter(name, asked), h("span", {}, name));
