// What the service told of brands, markets and creators, kept while the page is open.

import { getCreators } from "../api.js";
import { state, letterOf } from "../state.js";

export const known = { brands: new Map(), markets: new Map(), creators: new Map(),
  largestRoster: null,
  filters: { category: [], platform: [], language: [], tier: [], community: [] } };

const IDS_AT_ONCE = 100;
export { letterOf };

let tellMarkets;
// Resolves once there are markets to look names up in.
export const marketsLoaded = new Promise((done) => { tellMarkets = done; });

export function rememberMarkets(markets) {
  known.markets = new Map(markets.map((market) => [market.market_id, market]));
  tellMarkets();
}

export function remember(creators) {
  for (const creator of creators) known.creators.set(creator.creator_id, creator);
}

// creator_id and market_id → what people call them.
export const names = () => new Map([
  ...[...known.markets.values()].map((market) => [market.market_id, market.name]),
  ...state.scenarios.flatMap((scenario) =>
    scenario.roster.map((booking) => [booking.creator_id, booking.shown.handle])),
]);

// Asks for creators by id or handle; answers a map from either, in small letters, to them.
export async function lookUp(wanted) {
  const asked = [...new Set(wanted)].filter((one) => one && !one.includes(";"));
  const found = new Map();
  for (let start = 0; start < asked.length; start += IDS_AT_ONCE) {
    const ids = asked.slice(start, start + IDS_AT_ONCE).join(";");
    const { items } = await getCreators({ ids, limit: 500 });
    remember(items);
    for (const one of items) {
      found.set(one.handle.toLowerCase(), one);
      found.set(one.creator_id.toLowerCase(), one);
    }
  }
  return found;
}

const fromCatalog = () => state.scenarios.flatMap((scenario) => scenario.roster)
  .filter((booking) => !booking.creator);

// Whether each is shown as the catalog names them; who was just added is not yet.
export const areAllKnown = () => fromCatalog().every(({ creator_id: id, shown }) =>
  shown.gone || known.creators.get(id)?.handle === shown.handle);

// Fills what is shown of booked creators whom the page does not know yet.
export async function meetBooked() {
  const booked = fromCatalog();
  await lookUp(booked.map((booking) => booking.creator_id)
    .filter((id) => !known.creators.has(id)));
  for (const booking of booked) {
    const creator = known.creators.get(booking.creator_id);
    if (creator) Object.assign(booking.shown, profile(creator), { gone: undefined });
    else booking.shown.gone = true;
  }
}

export const profile = ({ handle, followers, tier }) => ({ handle, followers, tier });
