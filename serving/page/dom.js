// Building elements without markup in strings: text stays text, whatever it holds.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "open", "hidden"]);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else if (name.startsWith("aria-")) element.setAttribute(name, value); // "" would be no value
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

export const h = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

// Redraws a part of the page and gives the focus back to the field that had it.
export function redraw(place, ...children) {
  const focused = document.activeElement?.id;
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (focused && place.querySelector(`#${CSS.escape(focused)}`)) byId(focused).focus();
}

// Whether a part that is drawn anew is open now; nothing where it was never drawn.
export const isOpen = (id) => byId(id)?.open;

export const button = (text, onclick, attributes) =>
  h("button", { type: "button", onclick, ...attributes }, text);

export function field(label, input, note) {
  if (note) input.setAttribute("aria-describedby", `${input.id}-note`);
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input,
    note ? h("small", { id: `${input.id}-note` }, note) : null);
}

// values: [[value, text], …]
export function choice(id, values, chosen, onchange, attributes) {
  const options = values.map(([value, text]) =>
    h("option", { value, selected: value === chosen }, text));
  return h("select", { id, ...attributes, onchange: (event) => onchange(event.target.value) },
    options);
}

export const text = (id, value, oninput, attributes) =>
  h("input", { id, type: "text", value: value ?? "", ...attributes,
    oninput: (event) => oninput(event.target.value) });

// An empty or unreadable number is null: the service names the field.
export const number = (id, value, limits, oninput) =>
  h("input", { id, type: "number", value: value ?? "", inputmode: "decimal", ...limits,
    oninput: (event) =>
      oninput(event.target.value === "" ? null : Number(event.target.value)) });

// Calls `action` once things have been quiet for a while; only the last call counts.
export function debounced(action, milliseconds) {
  let waiting = 0;
  return (...values) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => action(...values), milliseconds);
  };
}
