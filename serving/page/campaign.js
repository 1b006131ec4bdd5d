// Step 1: what is advertised, by whom, when and where.

import { getBrands, getMarkets } from "./api.js";
import { byId, choice, field, h, redraw } from "./dom.js";
import { change, state } from "./state.js";

const known = { brands: [], markets: [] };

const input = (id, type, value, onchange, more = {}) =>
  h("input", { id, type, value: value ?? "", ...more,
    oninput: (event) => onchange(event.target.value, event.target) });

export async function loadCampaign() {
  const [brands, markets] = await Promise.all([getBrands(), allMarkets()]);
  Object.assign(known, { brands: brands.items, markets });
  const ids = new Set(markets.map((market) => market.market_id));
  if (!known.brands.some((brand) => brand.brand_id === state.campaign.brand_id)) {
    const first = known.brands.find((brand) => brand.has_baseline) ?? known.brands[0];
    if (first) change((s) => chooseBrand(s, first.brand_id));
  }
  // A plan kept from another catalog must not ask for markets that are gone.
  const kept = state.campaign.markets?.filter((id) => ids.has(id));
  change((s) => { s.campaign.markets = kept?.length ? kept : null; });
  drawCampaign();
}

export const marketNames = () => known.markets.map((market) => [market.market_id, market.name]);

async function allMarkets() {
  const found = [];
  let total = Infinity;
  while (found.length < total) {
    const page = await getMarkets(found.length);
    total = page.total;
    if (!page.items.length) break;
    found.push(...page.items);
  }
  return found;
}

export function suggestDates(asOf) {
  if (state.campaign.starts_on) return;
  const day = (ahead) => new Date(Date.parse(asOf) + ahead * 86400e3).toISOString().slice(0, 10);
  change((s) => Object.assign(s.campaign, { starts_on: day(14), ends_on: day(27) }));
  drawCampaign();
}

function chooseBrand(s, brandId) {
  const brand = known.brands.find((one) => one.brand_id === brandId);
  s.campaign.brand_id = brandId;
  if (brand?.category) s.campaign.category = brand.category;
}

export function drawCampaign() {
  const { campaign } = state;
  const brands = known.brands.map((brand) => [brand.brand_id,
    brand.has_baseline ? brand.name : `${brand.name} (no sales known)`]);
  const set = (name) => (value) => change((s) => { s.campaign[name] = value; });
  redraw(byId("campaign"),
    h("h2", { id: "campaign-title" }, "1. Campaign"),
    h("div", { class: "grid" },
      field("Brand", choice("campaign-brand_id", brands, campaign.brand_id, (value) => {
        change((s) => chooseBrand(s, value));
        drawCampaign();
      })),
      field("Product category", input("campaign-category", "text", campaign.category,
        set("category"))),
      field("First posting day", input("campaign-starts_on", "date", campaign.starts_on,
        set("starts_on"))),
      field("Last posting day", input("campaign-ends_on", "date", campaign.ends_on,
        set("ends_on"))),
      field("Margin on a sale, %", input("margin", "number", Math.round(state.margin * 1000) / 10,
        (value) => change((s) => { s.margin = value === "" ? null : Number(value) / 100; }),
        { min: 1, max: 100, step: 1 }), "Rosters are ranked by added sales × margin − cost."),
      field("Width of the ranges", choice("interval",
        [["0.8", "80 %"], ["0.9", "90 %"], ["0.95", "95 %"]], String(state.interval),
        (value) => change((s) => { s.interval = Number(value); })),
      "How often a range should hold the truth."),
    ),
    markets(),
    field("Brief to the creators", h("textarea", { id: "campaign-brief", rows: 3,
      value: campaign.brief, maxlength: 20000,
      oninput: (event) => set("brief")(event.target.value) })));
}

function markets() {
  const chosen = new Set(state.campaign.markets ?? []);
  const title = chosen.size ? `Markets: ${chosen.size} chosen` : "Markets: all the brand sells in";
  const toggle = (id, on) => {
    on ? chosen.add(id) : chosen.delete(id);
    change((s) => { s.campaign.markets = chosen.size ? [...chosen] : null; });
    summary.textContent = chosen.size
      ? `Markets: ${chosen.size} chosen` : "Markets: all the brand sells in";
  };
  const summary = h("summary", {}, title);
  return h("details", { id: "campaign-markets" }, summary,
    h("fieldset", { class: "checks" }, h("legend", {}, "None ticked means all."),
      known.markets.map((market) => h("label", {},
        h("input", { type: "checkbox", checked: chosen.has(market.market_id),
          onchange: (event) => toggle(market.market_id, event.target.checked) }),
        `${market.name}${market.country ? ` (${market.country})` : ""}`))));
}
