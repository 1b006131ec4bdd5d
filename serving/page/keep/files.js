// Plans as files: a JSON body of /v1/compare, a CSV of bookings, and reading both again.

import { h } from "../dom.js";
import { openSheet } from "../plan/sheet_dialog.js";
import { writeTable } from "../plan/sheet.js";
import { emptyPlan, MOST_ROSTERS, open, state, taken, toRequest } from "../state.js";
import { newId } from "./store.js";

export const planName = (plan = state) => plan.name || "Plan";
const fileName = (ending) =>
  `${planName().replace(/[^\p{L}\p{N}._-]+/gu, "-").toLowerCase()}.${ending}`;

export const downloadJson = () => download("json", "application/json",
  `${JSON.stringify(toRequest(), null, 2)}\n`);
export const downloadCsv = () => download("csv", "text/csv", writeTable(toRequest()));

function download(ending, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  h("a", { href: address, download: fileName(ending) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// A CSV is shown before it is added; a JSON becomes a plan of its own. Throws where it is neither.
export async function openFile(file) {
  const text = await file.text();
  if (/^\s*[[{]/.test(text)) openJson(text, file.name);
  else openSheet(text);
}

function openJson(text, name) {
  let content;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is no JSON that can be read: ${error.message}.`);
  }
  const body = Array.isArray(content) ? content[0] : content;
  const scenarios = body?.scenarios ??
    (Array.isArray(body?.roster) ? [{ name: "Roster A", roster: body.roster }] : null);
  if (!Array.isArray(scenarios) || !scenarios.every((one) => Array.isArray(one?.roster))) {
    throw new Error(`${name} is no comparison: expected an object with campaign and scenarios, ` +
      `as “Download JSON” writes it; found ${Object.keys(body ?? {}).join(", ") || "nothing"}.`);
  }
  if (scenarios.length > MOST_ROSTERS) {
    throw new Error(`${name} holds ${scenarios.length} scenarios; this page compares at most ` +
      `${MOST_ROSTERS}. Split the file.`);
  }
  open(newId(), planOf(body, scenarios, name));
}

function planOf(body, scenarios, name) {
  const plan = emptyPlan();
  const rosters = scenarios.map((one, at) => ({ name: String(one.name ?? `Roster ${at + 1}`),
    roster: one.roster.map(taken) }));
  return {
    ...plan,
    name: name.replace(/\.json$/i, ""),
    campaign: { ...plan.campaign, ...body.campaign,
      markets: body.campaign?.markets ?? null, brief: body.campaign?.brief ?? "" },
    margin: body.margin ?? plan.margin,
    interval: body.interval ?? plan.interval,
    scenarios: [...rosters, ...plan.scenarios.slice(rosters.length)],
  };
}
