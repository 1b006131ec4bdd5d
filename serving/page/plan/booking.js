// One booking of a roster: a line that says who does what for how much, and behind it the terms.

import { button, byId, choice, field, h, number } from "../dom.js";
import { count, exact, many, words } from "../format.js";
import { change, undoable } from "../state.js";
import { DISCLOSURES, FORMATS, FREEDOMS, MOST_POSTS, named, platformsOf, priced } from "./terms.js";

const FEES = { rates: "their own rate", estimate: "estimated", typed: "", none: "no rate known" };
const PLURALS = { live: "live streams", audio: "audio pieces", story: "stories", text: "texts" };
const opened = new WeakSet(); // bookings whose terms are shown, across drawings

export function bookingRow(scenario, booking, base, showTotal) {
  const summary = h("summary", { id: `${base}-creator_id` });
  const describe = () => summary.replaceChildren(...line(booking));
  describe();
  const row = h("details", { id: base, class: "booking", open: opened.has(booking) }, summary);
  const editor = () => {
    if (row.childElementCount === 1) {
      row.append(terms(booking, base, () => { describe(); showTotal(); }));
    }
  };
  if (opened.has(booking)) editor();
  const show = (open) => {
    editor();
    opened[open ? "add" : "delete"](booking);
  };
  // A drawing between the click and its toggle must not close what was just opened.
  summary.addEventListener("click", () => show(!row.open));
  row.addEventListener("toggle", () => show(row.open));
  return h("li", {}, row, button("×", () => remove(scenario, booking, base), { class: "remove",
    "aria-label": `Remove ${booking.shown.handle}` }));
}

// Shows the terms of a booking that a path of the service names.
export function openBooking(position, row) {
  const details = byId(`scenarios-${position}-roster-${row}`);
  if (details && !details.open) details.querySelector("summary").click();
}

function line({ posts, platform, format, fee, creator, disclosure, shown }) {
  const kind = posts === 1 ? words(format) : PLURALS[format] ?? `${words(format)}s`;
  const notes = [creator && "not in the catalog", shown.gone && "unknown to the catalog",
    disclosure === "none" && "no disclosure"].filter(Boolean);
  return [
    h("span", { class: "who" }, shown.handle),
    h("span", { class: "fee" }, fee === null ? "no fee" : exact(fee)),
    h("span", { class: "quiet what" }, h("span", {}, `${posts ?? "?"} ${kind}, ${words(platform)}`),
      shown.followers === null ? null : h("span", {}, `${count(shown.followers)} followers`)),
    h("span", {}, notes.map((note) => h("span", { class: "badge warn" }, note))),
  ];
}

function remove(scenario, booking, base) {
  const row = scenario.roster.indexOf(booking);
  undoable(`${booking.shown.handle} was removed from ${scenario.name}`, () => {
    scenario.roster.splice(row, 1);
    return () => scenario.roster.splice(row, 0, booking);
  }, "rosters");
  byId(base.slice(0, base.lastIndexOf("-")))?.focus();
}

function terms(booking, base, describe) {
  const note = h("small", { id: `${base}-fee-note` }, FEES[booking.shown.feeSource]);
  const fee = number(`${base}-fee`, booking.fee, { min: 0, step: "any",
    "aria-describedby": note.id }, (value) => update(() => {
    booking.fee = value;
    booking.shown.feeSource = "typed";
  }, false));
  const update = (apply, showFee = true) => change(() => {
    apply();
    priced(booking);
    if (showFee) fee.value = booking.fee ?? "";
    note.textContent = FEES[booking.shown.feeSource];
    describe();
  });
  const set = (name) => (value) => update(() => { booking[name] = value; });
  const pick = (name, values) =>
    choice(`${base}-${name}`, named(values), booking[name], set(name));
  return h("div", { class: "terms" },
    field("Platform", pick("platform", platformsOf(booking))),
    field("Format", pick("format", FORMATS)),
    field("Posts", number(`${base}-posts`, booking.posts, { min: 1, max: MOST_POSTS },
      set("posts"))),
    h("div", { class: "field" }, h("label", { for: fee.id }, "Fee for all"), fee, note),
    field("Freedom", pick("creative_freedom", FREEDOMS)),
    field("Disclosure", pick("disclosure", DISCLOSURES)),
    field("Months with brand", number(`${base}-months_with_brand`, booking.months_with_brand,
      { min: 0, step: "any" }, set("months_with_brand"))),
    h("label", { class: "check" }, h("input", { type: "checkbox", id: `${base}-invites_ugc`,
      checked: booking.invites_ugc,
      onchange: (event) => set("invites_ugc")(event.target.checked) }),
    "Asks followers for content"));
}

export const bookings = (total) => many(total, "booking", "bookings");
