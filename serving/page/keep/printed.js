// The plan as it is printed: the campaign in words and each roster as a table. The answer
// follows as it stands on the page.

import { byId, h } from "../dom.js";
import { dates, exact, many, percent, words } from "../format.js";
import { known, letterOf } from "../plan/known.js";
import { costOf, state } from "../state.js";
import { planName } from "./files.js";

export function drawPrinted() {
  byId("printed").replaceChildren(
    h("h1", {}, planName()), campaign(),
    ...state.scenarios.filter((one) => one.roster.length).map(roster));
}

addEventListener("beforeprint", drawPrinted);

function campaign() {
  const { brand_id, category, starts_on, ends_on, markets, brief } = state.campaign;
  const where = markets === null ? "All markets the brand sells in"
    : markets.map((id) => known.markets.get(id)?.name ?? id).join(", ");
  const facts = { Brand: known.brands.get(brand_id)?.name ?? brand_id, Category: words(category),
    Posting: starts_on ? dates(starts_on, ends_on) : "", Markets: where,
    Margin: state.margin === null ? "" : percent(state.margin), Brief: brief };
  return h("dl", {}, Object.entries(facts).filter(([, value]) => value)
    .map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function roster(scenario) {
  const at = state.scenarios.indexOf(scenario);
  const head = (name, kind) => h("th", { scope: "col", class: kind }, name);
  return h("section", {},
    h("h2", {}, `${letterOf(at)}. ${scenario.name}`),
    h("p", {}, `${many(scenario.roster.length, "booking", "bookings")}, ` +
      `cost ${exact(costOf(scenario))}`),
    h("table", {}, h("thead", {}, h("tr", {}, head("Creator"), head("Platform"), head("Format"),
      head("Posts", "number"), head("Fee", "number"), head("Terms"))),
    h("tbody", {}, scenario.roster.map(line))));
}

function line({ shown, platform, format, posts, fee, ...terms }) {
  const said = [words(terms.creative_freedom), `disclosure: ${words(terms.disclosure)}`,
    terms.months_with_brand ? `${terms.months_with_brand} months with the brand` : "",
    terms.invites_ugc ? "asks for content" : "", terms.creator ? "not in the catalog" : ""];
  return h("tr", {}, h("th", { scope: "row" }, shown.handle), h("td", {}, words(platform)),
    h("td", {}, words(format)), h("td", { class: "number" }, posts),
    h("td", { class: "number" }, fee === null ? "" : exact(fee)),
    h("td", {}, said.filter(Boolean).join(", ")));
}
