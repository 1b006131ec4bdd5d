// A plan in the address: short names, compressed, behind #plan=. Nothing of it reaches the server.

import { emptyPlan, isEmpty, open, state, taken, toRequest } from "../state.js";
import { newId } from "./store.js";

const MARK = "#plan=";
const FIELDS = ["creator_id", "platform", "format", "posts", "fee", "creative_freedom",
  "disclosure", "months_with_brand", "invites_ugc", "creator"];

export async function addressOf(plan = state) {
  const { scenarios, ...rest } = toRequest(plan);
  const short = { ...rest, name: plan.name, scenarios: scenarios.map(({ name, roster }, at) =>
    [name, roster.map((booking, row) => [...FIELDS.map((field) => booking[field] ?? null),
      plan.scenarios[at].roster[row].shown.handle,
      plan.scenarios[at].roster[row].shown.feeSource])]) };
  const bytes = await through(new CompressionStream("deflate-raw"),
    new TextEncoder().encode(JSON.stringify(short)));
  return `${location.origin}${location.pathname}${MARK}${toText(bytes)}`;
}

// Shows the plan in the address bar, until it changes.
export async function showInAddress() {
  const shown = JSON.stringify(state);
  const address = await addressOf();
  if (JSON.stringify(state) === shown) history.replaceState(null, "", address);
}

export function clearAddress() {
  if (location.hash.startsWith(MARK)) history.replaceState(null, "", location.pathname);
}

// Opens the plan of the address, if it holds one; what was open stays among the saved plans.
// True where a link was opened; throws where the address is damaged.
export async function openAddress() {
  if (!location.hash.startsWith(MARK)) return false;
  let short;
  try {
    const bytes = await through(new DecompressionStream("deflate-raw"),
      fromText(location.hash.slice(MARK.length)));
    short = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Error("The link is damaged: part of it is missing. Ask for it again; your own " +
      "plan is open instead.");
  }
  const plan = planOf(short);
  const same = JSON.stringify(toRequest(plan)) === JSON.stringify(toRequest(state));
  if (!same) open(isEmpty(state) ? undefined : newId(), plan);
  return true;
}

function planOf({ scenarios, campaign, ...rest }) {
  const plan = emptyPlan();
  return { ...plan, ...rest,
    campaign: Object.fromEntries(Object.entries({ ...plan.campaign, ...campaign })
      .map(([name, value]) => [name, value ?? plan.campaign[name]])),
    scenarios: scenarios.map(([name, roster]) => ({ name, roster: roster.map(bookingOf) })) };
}

function bookingOf(values) {
  const [creator, handle, feeSource] = values.slice(FIELDS.length - 1);
  const terms = Object.fromEntries(FIELDS.slice(0, -1).map((field, at) => [field, values[at]]));
  return taken({ ...terms, ...(creator ? { creator } : {}), shown: {
    handle, followers: creator?.followers ?? null, tier: null, feeSource } });
}

async function through(stream, bytes) {
  const out = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(out).arrayBuffer());
}

function toText(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const fromText = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
