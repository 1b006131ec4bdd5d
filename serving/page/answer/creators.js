// The creators of a roster, each with a tick: the roster without some of them is asked for anew.

import { button, h } from "../dom.js";
import { creatorTable } from "./creator_table.js";
import { compareWithout } from "./without.js";

const FIRST = 10;

export function creatorsPanel({ result: { name, prediction }, asked, names }) {
  const creators = prediction.by_creator;
  const left = new Set();
  const outcome = h("div", { "aria-live": "polite" });
  const nameOf = (id) => names.get(id) ?? id;
  const changed = () => compareWithout({ name, asked, names, left, outcome, putBack: () => {
    left.clear();
    draw();
    place.querySelector("input").focus();
  } });
  const { place, draw } = creatorTable({ creators, interval: prediction.interval, nameOf,
    head: (id) => ticked(id, nameOf(id), left, changed),
    attributes: (id) => ({ class: left.has(id) ? "left-out" : null }), shown: FIRST });
  return h("section", { class: "panel", "aria-label": `Creators of ${name}` },
    h("h4", {}, "Creators"),
    h("p", { class: "quiet" }, "Untick a creator to see the roster without them."),
    outcome, place,
    creators.length > FIRST ? showAll(`Show all ${creators.length} creators`, place,
      () => draw(creators.length)) : null);
}

// A button that makes itself superfluous and hands the focus to what it showed.
export function showAll(words, place, draw) {
  return button(words, (event) => {
    draw();
    place.querySelector(".scroll").focus();
    event.target.remove();
  });
}

function ticked(id, name, left, changed) {
  return h("label", { class: "tick" },
    h("input", { type: "checkbox", checked: !left.has(id), onchange: (event) => {
      left[event.target.checked ? "delete" : "add"](id);
      event.target.closest("tr").classList.toggle("left-out", !event.target.checked);
      changed();
    } }), name);
}
