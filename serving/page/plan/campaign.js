// Step 1: what is advertised, by whom, when and where.

import { getBrands, getFilters, getMarkets } from "../api.js";
import { byId, choice, field, h, number, redraw, text } from "../dom.js";
import { change, state } from "../state.js";
import { drawBaseline } from "./baseline.js";
import { known, rememberMarkets } from "./known.js";
import { marketChooser } from "./markets.js";

const INTERVALS = [["0.8", "80 %"], ["0.9", "90 %"], ["0.95", "95 %"]];

export async function loadCampaign() {
  const [brands, markets, filters] = await Promise.all([everything(getBrands),
    everything(getMarkets), getFilters()]);
  known.brands = new Map(brands.map((brand) => [brand.brand_id, brand]));
  rememberMarkets(markets);
  known.filters = filters;
  if (!known.brands.has(state.campaign.brand_id)) {
    const first = brands.find((brand) => brand.has_baseline) ?? brands[0];
    if (first) change((s) => chooseBrand(s, first.brand_id), "campaign");
  }
  // A plan kept from another catalog must not ask for markets that are gone.
  if (state.campaign.markets?.some((id) => !known.markets.has(id))) {
    const left = state.campaign.markets.filter((id) => known.markets.has(id));
    change((s) => { s.campaign.markets = left.length ? left : null; }, "campaign");
  }
  drawCampaign();
}

// All pages of a list.
async function everything(get) {
  const found = [];
  let total = Infinity;
  while (found.length < total) {
    const page = await get(found.length);
    total = page.total;
    if (!page.items.length) break;
    found.push(...page.items);
  }
  return found;
}

export function suggestDates(asOf) {
  if (state.campaign.starts_on) return;
  const day = (ahead) => new Date(Date.parse(asOf) + ahead * 86400e3).toISOString().slice(0, 10);
  change((s) => Object.assign(s.campaign, { starts_on: day(14), ends_on: day(27) }), "campaign");
  drawCampaign();
}

function chooseBrand(s, brandId) {
  s.campaign.brand_id = brandId;
  s.campaign.category = known.brands.get(brandId)?.category ?? s.campaign.category;
}

export function drawCampaign() {
  redraw(byId("campaign"),
    h("div", { class: "campaign" },
      h("div", { class: "asked" }, h("h2", { id: "campaign-title" }, "1. Campaign"), what(),
        marketChooser(), brief()),
      h("section", { id: "baseline", "aria-labelledby": "baseline-title" })));
  drawBaseline();
}

function what() {
  const { campaign } = state;
  const set = (name) => (value) => change((s) => { s.campaign[name] = value; }, "campaign");
  const brands = [...known.brands.values()].map((brand) => [brand.brand_id,
    brand.has_baseline ? brand.name : `${brand.name} (no sales known)`]);
  const day = (name) => text(`campaign-${name}`, campaign[name], set(name), { type: "date" });
  return h("div", { class: "grid" },
    field("Brand", choice("campaign-brand_id", brands, campaign.brand_id, (value) => {
      change((s) => chooseBrand(s, value), "campaign");
      drawCampaign();
    })),
    h("div", { class: "field" }, h("label", { for: "campaign-category" }, "Product category"),
      text("campaign-category", campaign.category, set("category"), { list: "categories" }),
      h("datalist", { id: "categories" }, categories().map((value) => h("option", { value })))),
    field("First posting day", day("starts_on")),
    field("Last posting day", day("ends_on")),
    field("Margin on a sale, %", number("margin", state.margin === null ? null
      : Math.round(state.margin * 1000) / 10, { min: 1, max: 100, step: "any" },
    (value) => change((s) => { s.margin = value === null ? null : value / 100; })),
    "Ranked by added sales × margin − cost."),
    field("Width of the ranges", choice("interval", INTERVALS, String(state.interval),
      (value) => change((s) => { s.interval = Number(value); }, "campaign")),
    "How often a range should hold the truth."));
}

const categories = () => [...new Set([
  ...[...known.brands.values()].map((brand) => brand.category),
  ...known.filters.category.map((one) => one.value)])].filter(Boolean).sort();

function brief() {
  return field("Brief to the creators", h("textarea", { id: "campaign-brief", rows: 4,
    value: state.campaign.brief, maxlength: 20000,
    oninput: (event) => change((s) => { s.campaign.brief = event.target.value; }) }),
  "Write or paste it: how well it fits what a creator usually says counts.");
}
