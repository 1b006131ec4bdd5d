// Everything the planner entered, in one place: changed by `change`, kept in this browser.

const KEY = "rosterlift-plan-1";
const LETTERS = "ABCDEF";
export const MOST_ROSTERS = LETTERS.length;
export const MOST_BOOKINGS = 500;

const empty = () => ({
  campaign: { brand_id: "", category: "", starts_on: "", ends_on: "", brief: "", markets: null },
  margin: 1,
  interval: 0.9,
  scenarios: [{ name: "Roster A", roster: [] }, { name: "Roster B", roster: [] }],
});

function restore() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    const whole = kept?.campaign && kept.scenarios?.length >= 2 &&
      kept.scenarios.every((scenario) => Array.isArray(scenario.roster));
    return whole ? { ...empty(), ...kept } : empty();
  } catch {
    return empty(); // nothing kept, or not by this page
  }
}

export const state = restore();
const listeners = [];

// `what` names the part that must be drawn again; typing in a field needs nothing drawn.
export function change(apply, what = "") {
  apply(state);
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // a full or forbidden store: the plan lives as long as the page
  }
  for (const listener of listeners) listener(what);
}

export const whenChanged = (listener) => listeners.push(listener);

export function addRoster(copied) {
  const taken = new Set(state.scenarios.map((scenario) => scenario.name));
  const name = [...LETTERS].map((letter) => `Roster ${letter}`).find((text) => !taken.has(text));
  const roster = copied ? structuredClone(copied.roster) : [];
  change((s) => s.scenarios.push({ name: name ?? "Another roster", roster }), "rosters");
}

export function addBooking(position, creator) {
  const booking = {
    creator_id: creator.creator_id,
    platform: creator.platforms[0] ?? "instagram",
    format: "short_video",
    posts: 1,
    fee: 0,
    creative_freedom: "guided",
    disclosure: "platform_label",
    months_with_brand: 0,
    invites_ugc: false,
    creator: creator.proposed,
    shown: {
      handle: creator.handle, followers: creator.followers, tier: creator.tier,
      platforms: creator.platforms, rates: creator.rates, feeSource: "none",
    },
  };
  const first = usualRate(creator.rates);
  if (first) Object.assign(booking, { platform: first.platform, format: first.format });
  priceFromRates(booking);
  change((s) => s.scenarios[position].roster.push(booking), "rosters");
}

// What is booked most: a short video at the creator's own rate, else whatever has a rate.
function usualRate(rates) {
  const worth = (rate) => (rate.format === "short_video") * 2 + (rate.fee_source === "rates");
  return [...rates].sort((one, other) => worth(other) - worth(one))[0];
}

// Fills the fee from what the creator asks, until the planner types one.
export function priceFromRates(booking) {
  const { shown } = booking;
  if (shown.feeSource === "typed") return;
  const rate = shown.rates.find(
    (one) => one.platform === booking.platform && one.format === booking.format);
  shown.feeSource = rate ? rate.fee_source : "none";
  booking.fee = rate ? Math.round(rate.fee_per_post * (booking.posts || 0) * 100) / 100 : 0;
}

export const costOf = (scenario) =>
  scenario.roster.reduce((sum, booking) => sum + (Number(booking.fee) || 0), 0);

// The body of POST /v1/compare. An empty field is sent as null, and the answer names it.
export function toRequest() {
  const { brief, markets, ...campaign } = state.campaign;
  for (const name of Object.keys(campaign)) if (campaign[name] === "") campaign[name] = null;
  return {
    campaign: { ...campaign, ...(brief ? { brief } : {}), ...(markets ? { markets } : {}) },
    scenarios: state.scenarios.map(({ name, roster }) => ({
      name,
      roster: roster.map(({ shown, creator, ...booking }) =>
        (creator ? { ...booking, creator } : booking)),
    })),
    margin: state.margin,
    interval: state.interval,
  };
}
