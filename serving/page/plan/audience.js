// Where a proposed creator's followers live, as typed: "Hamburg 60, Berlin 20 %".

import { known } from "./known.js";

const ENTRY = /^(.+?)\s+(\d+(?:\.\d+)?)\s*%?$/;

// text → { shares: { market_id: share }, fault }: the fault says what was expected.
export function readMarketShares(text) {
  const shares = {};
  for (const entry of text.split(/[,;\n]/).map((one) => one.trim()).filter(Boolean)) {
    const [, name, percent] = entry.match(ENTRY) ?? [];
    const market = name && named(name.toLowerCase());
    if (!market) return { shares: {}, fault: `"${entry}" is no market of the brand with a share; ` +
      `expected something like: ${example()}.` };
    shares[market.market_id] = (shares[market.market_id] ?? 0) + Number(percent) / 100;
  }
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
  return total > 1.005 ? { shares: {}, fault: `The shares add up to ${Math.round(total * 100)} %; ` +
    "expected at most 100 %." } : { shares, fault: "" };
}

const named = (word) => [...known.markets.values()].find(({ market_id: id, name }) =>
  [id, name].some((one) => one.toLowerCase() === word));

export function example() {
  const [one, other] = [...known.markets.values()].map(({ name }) => name);
  return other ? `${one} 60, ${other} 20` : "Hamburg 60, Berlin 20";
}
