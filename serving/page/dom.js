// Building elements without markup in strings: text stays text, whatever it holds.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "open", "hidden"]);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
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
  place.replaceChildren(...children.flat().filter(Boolean));
  if (focused && place.querySelector(`#${CSS.escape(focused)}`)) byId(focused).focus();
}

export function field(label, input, note) {
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input,
    note ? h("small", { id: `${input.id}-note` }, note) : null);
}

export function choice(id, values, chosen, onchange) {
  const options = values.map(([value, text]) =>
    h("option", { value, selected: value === chosen }, text));
  return h("select", { id, onchange: (event) => onchange(event.target.value) }, options);
}
