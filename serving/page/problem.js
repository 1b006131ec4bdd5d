// A refused request in words: which field of which roster, a link to it, and the same beside it.

import { h } from "./dom.js";
import { words } from "./format.js";
import { openBooking } from "./plan/booking.js";
import { state } from "./state.js";

const FIELDS = { brand_id: "brand", starts_on: "first posting day", ends_on: "last posting day",
  creator_id: "creator", invites_ugc: "invitation of content",
  include: "must be booked", exclude: "never", max_creators: "most creators" };
const MOST_OPENED = 10;

// "scenarios.0.roster.2.fee" → "Roster A, booking 3 (@bo), fee"
export function place(path) {
  const steps = path.split(".");
  const parts = [];
  if (steps[0] === "scenarios" && steps[1] !== undefined) {
    const scenario = state.scenarios[steps[1]];
    parts.push(scenario?.name || `roster ${Number(steps[1]) + 1}`);
    if (steps[2] === "roster" && steps[3] !== undefined) {
      const handle = scenario?.roster[steps[3]]?.shown.handle;
      parts.push(`booking ${Number(steps[3]) + 1}${handle ? ` (${handle})` : ""}`);
    }
  }
  const last = steps.at(-1);
  const field = (step) => FIELDS[step] ?? words(step);
  if (!/^\d+$/.test(last)) parts.push(field(last));
  else if (!parts.length) parts.push(`${field(steps.at(-2))}, number ${Number(last) + 1}`);
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
// What is wrong in a booking's creator is mended at the booking.
const fieldOf = (path) => {
  for (let id = idOf(path); id.includes("-"); id = id.slice(0, id.lastIndexOf("-"))) {
    const found = document.getElementById(id);
    if (found) return found;
  }
  return document.getElementById(idOf(path));
};

function show(path) {
  const [, position, , row] = path.split(".");
  if (path.startsWith("scenarios.") && row !== undefined) openBooking(position, row);
  const target = fieldOf(path);
  target?.closest("details")?.setAttribute("open", "");
  return target;
}

function jump(event, path) {
  event.preventDefault();
  const target = show(path);
  if (target?.matches("details")) target.querySelector("summary").focus();
  else target?.focus();
}

export function markFields(faults) {
  for (const note of document.querySelectorAll(".wrong-field")) note.remove();
  for (const marked of document.querySelectorAll("[aria-invalid]")) {
    marked.removeAttribute("aria-invalid");
    describe(marked, (id) => !id.endsWith("-wrong"));
  }
  for (const { path, message } of faults.slice(0, MOST_OPENED)) {
    const field = show(path);
    if (!field?.matches("input, select, textarea")) continue;
    const note = h("small", { class: "wrong wrong-field", id: `${field.id}-wrong` }, message);
    field.after(note);
    field.setAttribute("aria-invalid", "true");
    describe(field, () => true, note.id);
  }
}

function describe(field, stays, ...more) {
  const ids = (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  field.setAttribute("aria-describedby", [...ids.filter(stays), ...more].join(" "));
}
