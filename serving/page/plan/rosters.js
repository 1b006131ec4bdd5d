// Step 2: two to six rosters side by side, each a list of bookings with their terms.

import { button, byId, h, redraw, text } from "../dom.js";
import { exact, many } from "../format.js";
import { addRoster, change, costOf, FEWEST_ROSTERS, letterOf, MOST_ROSTERS, state,
  undoable } from "../state.js";
import { bookingRow } from "./booking.js";
import { bulkTerms } from "./bulk.js";

export function drawRosters() {
  redraw(byId("rosters"), state.scenarios.map(card));
  byId("add-roster").disabled = state.scenarios.length >= MOST_ROSTERS;
}

export const letter = (position) => h("span", { class: `letter letter-${position}`,
  "aria-hidden": true }, letterOf(position));

const totalOf = (scenario) => {
  const creators = new Set(scenario.roster.map((booking) => booking.creator_id)).size;
  return `${many(creators, "creator", "creators")}, cost ${exact(costOf(scenario))}`;
};

function card(scenario, position) {
  const base = `scenarios-${position}`;
  const total = h("output", { class: "total" }, totalOf(scenario));
  const showTotal = () => { total.textContent = totalOf(scenario); };
  return h("section", { class: "card roster", "aria-label": scenario.name },
    h("div", { class: "bar" }, letter(position),
      text(`${base}-name`, scenario.name, (value) => rename(scenario, value),
        { class: "name", maxlength: 200, "aria-label": "Name of this roster" })),
    h("div", { class: "bar" }, total, h("span", { class: "acts" },
      button("Copy", () => addRoster(scenario), { class: "small",
        "aria-label": `Copy ${scenario.name}`, disabled: state.scenarios.length >= MOST_ROSTERS }),
      button("Remove", () => removeRoster(position), { class: "small",
        "aria-label": `Remove ${scenario.name}`,
        disabled: state.scenarios.length <= FEWEST_ROSTERS }))),
    scenario.roster.length ? bulkTerms(scenario, base) : null,
    scenario.roster.length
      ? h("ol", { class: "bookings", id: `${base}-roster`, tabindex: -1 },
        scenario.roster.map((booking, row) =>
          bookingRow(scenario, booking, `${base}-roster-${row}`, showTotal)))
      : h("p", { class: "nobody quiet", id: `${base}-roster`, tabindex: -1 },
        "Nobody yet. Find creators and add them here, or add a CSV of bookings."));
}

const rename = (scenario, name) => change(() => { scenario.name = name; }, "names");

function removeRoster(position) {
  undoable(`${state.scenarios[position].name} was removed`, (s) => {
    const [gone] = s.scenarios.splice(position, 1);
    return (now) => now.scenarios.splice(position, 0, gone);
  }, "rosters");
  byId("add-roster").focus();
}
