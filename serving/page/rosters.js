// Step 2: two to six rosters side by side, each a list of bookings with their terms.

import { byId, choice, field, h, redraw } from "./dom.js";
import { count, exact, words } from "./format.js";
import { addRoster, change, costOf, MOST_ROSTERS, priceFromRates, state } from "./state.js";

export const PLATFORMS = ["instagram", "tiktok", "youtube", "threads", "facebook", "x", "twitch",
  "pinterest", "snapchat", "patreon", "substack", "other"];
const FORMATS = ["short_video", "long_video", "image", "carousel", "story", "live", "text",
  "newsletter", "audio"];
const FREEDOMS = [["scripted", "scripted"], ["guided", "guided"], ["free", "free"]];
const DISCLOSURES = [["platform_label", "platform label"], ["hashtag", "hashtag"],
  ["none", "none"]];
const FEES = { rates: "from their rates", estimate: "estimated", typed: "", none: "no rate known" };

const named = (values) => values.map((value) => [value, words(value)]);

export function drawRosters() {
  redraw(byId("rosters"), state.scenarios.map(card));
  byId("add-roster").disabled = state.scenarios.length >= MOST_ROSTERS;
}

function card(scenario, position) {
  const base = `scenarios-${position}`;
  const total = h("output", { class: "total" });
  const showTotal = () => {
    const creators = new Set(scenario.roster.map((booking) => booking.creator_id)).size;
    total.textContent = `${creators} ${creators === 1 ? "creator" : "creators"}, ` +
      `cost ${exact(costOf(scenario))}`;
  };
  showTotal();
  return h("section", { class: "card", "aria-label": scenario.name },
    h("div", { class: "bar" },
      h("input", { id: `${base}-name`, class: "name", value: scenario.name, maxlength: 200,
        "aria-label": "Name of this roster",
        oninput: (event) => change(() => { scenario.name = event.target.value; }, "names") }),
      h("button", { type: "button", disabled: state.scenarios.length >= MOST_ROSTERS,
        onclick: () => addRoster(scenario) }, "Copy"),
      h("button", { type: "button", disabled: state.scenarios.length <= 2,
        "aria-label": `Remove ${scenario.name}`,
        onclick: () => change((s) => s.scenarios.splice(position, 1), "rosters") }, "Remove")),
    total,
    scenario.roster.length
      ? h("ol", { class: "bookings", id: `${base}-roster`, tabindex: -1 },
        scenario.roster.map((booking, row) =>
          line(scenario, booking, row, `${base}-roster-${row}`, showTotal)))
      : h("p", { class: "quiet", id: `${base}-roster`, tabindex: -1 },
        "Nobody yet. Find creators below and add them here."));
}

function line(scenario, booking, row, base, showTotal) {
  const { shown } = booking;
  const note = h("small", { class: "quiet", id: `${base}-fee-note` });
  const fee = number(`${base}-fee`, booking.fee, { min: 0, step: "any" }, (value) => {
    booking.fee = value;
    shown.feeSource = "typed";
  });
  const update = (apply) => change(() => {
    apply();
    priceFromRates(booking);
    fee.value = booking.fee;
    note.textContent = FEES[shown.feeSource];
    showTotal();
  });
  fee.addEventListener("input", () => update(() => {}));
  note.textContent = FEES[shown.feeSource];
  const offered = shown.platforms.length ? shown.platforms : PLATFORMS;
  return h("li", { class: "booking" },
    h("div", { class: "bar" },
      h("strong", { id: `${base}-creator_id`, tabindex: -1 }, shown.handle),
      h("span", { class: "quiet" }, booking.creator ? "not in the catalog, " : "",
        `${count(shown.followers)} followers`),
      h("button", { type: "button", class: "small", "aria-label": `Remove ${shown.handle}`,
        onclick: () => change(() => scenario.roster.splice(row, 1), "rosters") }, "×")),
    h("div", { class: "terms" },
      field("Platform", choice(`${base}-platform`, named(offered), booking.platform,
        (value) => update(() => { booking.platform = value; }))),
      field("Format", choice(`${base}-format`, named(FORMATS), booking.format,
        (value) => update(() => { booking.format = value; }))),
      field("Posts", number(`${base}-posts`, booking.posts, { min: 1, max: 50 },
        (value) => update(() => { booking.posts = value; }))),
      h("div", { class: "field" }, h("label", { for: fee.id }, "Fee for all"), fee, note)),
    terms(booking, base, update));
}

function terms(booking, base, update) {
  const usual = booking.disclosure !== "none";
  return h("details", { open: !usual },
    h("summary", {}, "Terms"),
    h("div", { class: "terms" },
      field("Creative freedom", choice(`${base}-creative_freedom`, FREEDOMS,
        booking.creative_freedom, (value) => update(() => { booking.creative_freedom = value; }))),
      field("Disclosure", choice(`${base}-disclosure`, DISCLOSURES, booking.disclosure,
        (value) => update(() => { booking.disclosure = value; }))),
      field("Months with the brand", number(`${base}-months_with_brand`,
        booking.months_with_brand, { min: 0, step: "any" },
        (value) => update(() => { booking.months_with_brand = value; }))),
      h("label", { class: "check" },
        h("input", { type: "checkbox", id: `${base}-invites_ugc`, checked: booking.invites_ugc,
          onchange: (event) => update(() => { booking.invites_ugc = event.target.checked; }) }),
        "Asks followers for content")));
}

// An empty or unreadable number is kept as null: the service names the field.
function number(id, value, limits, onchange) {
  return h("input", { id, type: "number", value: value ?? "", ...limits, inputmode: "decimal",
    oninput: (event) => {
      const typed = event.target.value;
      change(() => onchange(typed === "" ? null : Number(typed)));
    } });
}
