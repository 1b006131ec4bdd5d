// Terms for all bookings of a roster at once; what is left as it is stays as it is.

import { button, choice, field, h, number } from "../dom.js";
import { undoable } from "../state.js";
import { bookings } from "./booking.js";
import { DISCLOSURES, FORMATS, FREEDOMS, MOST_POSTS, named, priced } from "./terms.js";

const AS_IT_IS = ["", "as it is"];
const YES_NO = [AS_IT_IS, ["yes", "yes"], ["no", "no"]];
const shownOf = new WeakSet(); // rosters whose fields are shown, across drawings

export function bulkTerms(scenario, base) {
  const wanted = {};
  const set = (name) => (value) => { wanted[name] = value === "" ? null : value; };
  const pick = (name, label, values) => field(label, choice(`${base}-all-${name}`,
    [AS_IT_IS, ...named(values)], "", set(name)));
  const count = (name, label, limits) => field(label, number(`${base}-all-${name}`, null,
    { ...limits, placeholder: "as it is" }, set(name)));
  const details = h("details", { class: "bulk", open: shownOf.has(scenario), ontoggle: () =>
    shownOf[details.open ? "add" : "delete"](scenario) },
  h("summary", {}, "Set terms for all"),
  h("div", { class: "terms" },
    pick("format", "Format", FORMATS),
    count("posts", "Posts", { min: 1, max: MOST_POSTS }),
    count("fee", "Fee for all posts", { min: 0, step: "any" }),
    pick("creative_freedom", "Freedom", FREEDOMS),
    pick("disclosure", "Disclosure", DISCLOSURES),
    count("months_with_brand", "Months with brand", { min: 0, step: "any" }),
    field("Asks for content", choice(`${base}-all-invites_ugc`, YES_NO, "",
      (value) => { wanted.invites_ugc = value === "" ? null : value === "yes"; }))),
  h("div", { class: "bar" },
    button(`Set for ${bookings(scenario.roster.length)}`, () => setAll(scenario, wanted)),
    button("Fees from their rates", () => setAll(scenario, {}, true))));
  return details;
}

function setAll(scenario, wanted, fromRates = false) {
  const values = Object.fromEntries(
    Object.entries(wanted).filter(([, value]) => value !== null && value !== undefined));
  if (!fromRates && !Object.keys(values).length) return;
  undoable(`The terms of ${bookings(scenario.roster.length)} were set`, () => {
    const former = scenario.roster;
    scenario.roster = former.map((booking) => {
      const shown = { ...booking.shown };
      if ("fee" in values) shown.feeSource = "typed";
      if (fromRates) shown.feeSource = "none";
      return priced({ ...booking, ...values, shown });
    });
    return () => { scenario.roster = former; };
  }, "rosters");
}
