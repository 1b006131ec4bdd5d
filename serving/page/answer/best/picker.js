// Creators picked by name: typing finds them in the catalog, a button takes one, another gives back.

import { getCreators } from "../../api.js";
import { button, debounced, field, h, text } from "../../dom.js";
import { count } from "../../format.js";
import { wish, wishes } from "./wishes.js";

const SHOWN = 5;
const PAUSE = 120;

// name: of the wish that holds the list, and of the question's field; words: its label.
export function picker(name, words) {
  const found = h("ul", { class: "picked", "aria-label": `Found for: ${words}` });
  const taken = h("ul", { class: "picked", "aria-label": words });
  let asked = null;
  const look = debounced(async (query) => {
    asked?.abort();
    asked = new AbortController();
    if (!query) return found.replaceChildren();
    try {
      const { items } = await getCreators({ query, limit: SHOWN }, asked.signal);
      found.replaceChildren(...items.length ? items.map(offer) : [h("li", {}, "Nobody found.")]);
    } catch (error) {
      if (error.name !== "AbortError") found.replaceChildren(h("li", {}, error.message));
    }
  }, PAUSE);
  const box = text(name, "", (value) => look(value.trim()),
    { type: "search", autocomplete: "off", placeholder: "Handle or id" });

  const offer = ({ creator_id: id, handle, followers }) => h("li", {},
    button(`+ ${handle}, ${count(followers)}`, () => {
      box.value = "";
      found.replaceChildren();
      keep([...others(id), { creator_id: id, handle }]);
    }, { class: "small" }));

  const others = (id) => wishes()[name].filter((one) => one.creator_id !== id);

  function keep(chosen) {
    wish(name)(chosen);
    draw();
    box.focus();
  }

  const draw = () => taken.replaceChildren(...wishes()[name].map(({ creator_id: id, handle }) =>
    h("li", {}, button(`${handle} ×`, () => keep(others(id)),
      { class: "small", "aria-label": `Remove ${handle} from: ${words}` }))));

  draw();
  return h("div", { class: "picker" }, field(words, box), found, taken);
}
