// Everything the planner entered, in one place: changed by `change`, kept in this browser.
//
//   state = { name, campaign, margin, interval, scenarios: [{ name, roster: [booking] }], drafts }
//
// A booking has the fields of the service's BookingIn, and `shown`: what the page tells of the
// creator. `drafts` keeps what was typed and is not part of the question yet, by panel.

import * as store from "./keep/store.js";

const LETTERS = "ABCDEF";
export const MOST_ROSTERS = LETTERS.length;
export const FEWEST_ROSTERS = 2;
export const MOST_BOOKINGS = 500;
export const letterOf = (position) => LETTERS[position];

export const emptyPlan = () => ({
  name: "",
  campaign: { brand_id: "", category: "", starts_on: "", ends_on: "", brief: "", markets: null },
  margin: 1,
  interval: 0.9,
  scenarios: [{ name: "Roster A", roster: [] }, { name: "Roster B", roster: [] }],
  drafts: {},
});

const whole = (plan) => plan?.campaign && plan.scenarios?.length >= FEWEST_ROSTERS &&
  plan.scenarios.every((scenario) => Array.isArray(scenario.roster));

let id = store.currentId();
export const planId = () => id;

const kept = store.read(id);
export const state = whole(kept) ? { ...emptyPlan(), ...kept } : emptyPlan();
const listeners = [];
export const whenChanged = (listener) => listeners.push(listener);

// `what` names what must be drawn again: "rosters", "names", "campaign", "all"; typing in a
// field needs nothing drawn. "unkept" tells that the browser has no room for the plan.
export function change(apply, what = "") {
  apply(state);
  save();
  tell(what);
}

// Keeps a draft; the question stays what it was.
export function draft(panel, values) {
  state.drafts[panel] = { ...state.drafts[panel], ...values };
  save();
}

function save() {
  if (!store.write(id, state)) tell("unkept");
}

function tell(what) {
  for (const listener of listeners) listener(what);
}

// What can be taken back: `apply` returns the function that does so.
let offered = null;
export const undoOffer = () => offered;

export function undoable(words, apply, what) {
  offered = { words, what, revert: apply(state) };
  save();
  tell(what);
}

export function undo() {
  const { revert, what } = offered;
  offered = null;
  change((s) => revert(s), what);
}

export function dismissUndo() {
  offered = null;
  tell("undo");
}

// Opens another plan, under its own id where it has one; what was open stays kept under its own.
export function open(anotherId, plan) {
  id = anotherId ?? id;
  store.becomeCurrent(id);
  adopt(plan);
  save();
}

function adopt(plan) {
  offered = null;
  for (const name of Object.keys(state)) delete state[name];
  Object.assign(state, emptyPlan(), structuredClone(plan));
  tell("all");
}

store.whenChangedElsewhere(() => id, (plan) => { if (whole(plan)) adopt(plan); });

export const isEmpty = (plan) => !plan.campaign.brief &&
  plan.scenarios.every((scenario) => !scenario.roster.length);

// A name that no roster has yet: "Roster C", or "… (2)" for a copy.
export function freeName(like) {
  const taken = new Set(state.scenarios.map((scenario) => scenario.name));
  const names = like ? [like, ...[2, 3, 4, 5, 6, 7].map((count) => `${like} (${count})`)]
    : [...LETTERS].map((letter) => `Roster ${letter}`);
  return names.find((name) => !taken.has(name)) ?? `${like ?? "Roster"} ${Date.now()}`;
}

export function addRoster(copied) {
  const roster = copied ? structuredClone(copied.roster) : [];
  const name = freeName(copied?.name);
  change((s) => s.scenarios.push({ name, roster }), "rosters");
}

// Adds a scenario of bookings as the service writes them; its position, null when there is no
// room. The page fills what it shows of the creators from the catalog.
export function addScenario(name, roster) {
  const empty = state.scenarios.findIndex((scenario) => !scenario.roster.length);
  if (empty < 0 && state.scenarios.length >= MOST_ROSTERS) return null;
  const scenario = { name: freeName(name), roster: roster.map(taken) };
  const position = empty < 0 ? state.scenarios.length : empty;
  undoable(`${scenario.name} was added`, (s) => {
    const former = s.scenarios.splice(position, 1, scenario);
    return (now) => now.scenarios.splice(now.scenarios.indexOf(scenario), 1, ...former);
  }, "rosters");
  return position;
}

const TERMS = { posts: 1, fee: 0, creative_freedom: "guided", disclosure: "platform_label",
  months_with_brand: 0, invites_ugc: false };

// A booking as it stands in the state, from one as the service writes it.
export function taken({ fee_source: feeSource, ...booking }) {
  const shown = booking.shown ?? { handle: booking.creator_id, followers:
    booking.creator?.followers ?? null, tier: null, feeSource: feeSource ?? "typed" };
  return { platform: "instagram", format: "short_video", ...TERMS, ...booking, shown };
}

export const costOf = (scenario) =>
  scenario.roster.reduce((sum, booking) => sum + (Number(booking.fee) || 0), 0);

// The body of POST /v1/compare. An empty field is sent as null, and the answer names it.
export function toRequest(plan = state) {
  const { brief, markets, ...campaign } = plan.campaign;
  for (const name of Object.keys(campaign)) if (campaign[name] === "") campaign[name] = null;
  return {
    campaign: { ...campaign, ...(brief ? { brief } : {}), ...(markets ? { markets } : {}) },
    scenarios: plan.scenarios.map(({ name, roster }) => ({
      name,
      roster: roster.map(({ shown, creator, ...booking }) =>
        (creator ? { ...booking, creator } : booking)),
    })),
    margin: plan.margin,
    interval: plan.interval,
  };
}
