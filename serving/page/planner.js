// The page's beginning: loads what the service knows, draws the parts, sends the question.

import { drawBest } from "./answer/best/best.js";
import { back, compare, getModel, Problem } from "./api.js";
import { byId } from "./dom.js";
import { clearAddress, openAddress, showInAddress } from "./keep/link.js";
import { drawPlanBar } from "./keep/plans.js";
import { drawUndo } from "./keep/undo.js";
import "./keep/printed.js";
import { comparisonPart } from "./parts.js";
import { askBaseline, askBaselineSoon } from "./plan/baseline.js";
import { drawCampaign, loadCampaign, suggestDates } from "./plan/campaign.js";
import { areAllKnown, known, meetBooked, names } from "./plan/known.js";
import { drawProposers } from "./plan/proposal.js";
import { drawRosters } from "./plan/rosters.js";
import { drawFound, drawSearch, search } from "./plan/search.js";
import { openSheet } from "./plan/sheet_dialog.js";
import { day } from "./format.js";
import { markFields, problemBox } from "./problem.js";
import { addRoster, state, toRequest, whenChanged } from "./state.js";

const SLOW = 1000; // milliseconds after which a wait is counted aloud

const status = (text) => { byId("status").textContent = text; };

async function start() {
  const linked = await attempt(openAddress);
  const loading = load(); // first, as the answers take their time
  drawAll();
  byId("add-roster").addEventListener("click", () => addRoster());
  byId("add-sheet").addEventListener("click", () => openSheet());
  byId("compare").addEventListener("click", ask);
  whenChanged(changed);
  tellReadiness();
  await loading;
  drawBest();
  comparisonPart().catch(() => {}); // fetched by the time it is needed, or asked for once more
  addEventListener("hashchange", follow);
  if (linked) await askIfWhole();
}

// A link pasted into the address bar of an open page.
async function follow() {
  if (await attempt(openAddress)) await askIfWhole();
}

async function askIfWhole() {
  if (state.scenarios.every((scenario) => scenario.roster.length)) await ask();
}

function drawAll() {
  drawPlanBar();
  drawCampaign();
  drawRosters();
  drawSearch();
}

async function load() {
  const campaign = Promise.all([attempt(loadCampaign), attempt(showModel)]).then(askBaseline);
  await Promise.all([campaign, search(), attempt(meet)]);
  drawSearch();
  drawFound();
}

async function meet() {
  await meetBooked();
  drawRosters();
}

function changed(what) {
  if (what === "unkept") {
    byId("kept").textContent = "This browser has no room left to keep the plan: " +
      "download it as JSON.";
    return;
  }
  drawUndo();
  if (what === "undo") return;
  if (what === "all") {
    drawAll();
    drawBest();
    meet().catch(() => {});
    search();
  }
  if (what === "plans" || what === "all") drawPlanBar();
  if (what === "campaign" || what === "all") askBaselineSoon();
  if (what === "rosters") {
    drawRosters();
    if (!areAllKnown()) meet().catch(() => {});
  }
  if (["rosters", "names", "all"].includes(what)) {
    drawFound();
    drawProposers();
  }
  if (what !== "plan" && what !== "plans") outdate();
}

const tellReadiness = () => status(lacking()
  ? "Add at least one creator to each roster, then compare." : "Ready to compare.");

function outdate() {
  clearAddress();
  if (!byId("results").childElementCount) {
    tellReadiness();
    return;
  }
  byId("results").classList.add("stale");
  status("The plan has changed since. Compare again.");
}

async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    complain(error);
    return null;
  }
}

function complain(error) {
  byId("problem").replaceChildren(problemBox(error));
  if (error.status === 0 || error.status === 503) waitForService();
}

// A service that restarts is asked for again until it answers; nothing typed is touched.
let waiting = false;
async function waitForService() {
  if (waiting) return;
  waiting = true;
  await back();
  waiting = false;
  byId("problem").replaceChildren();
  status("The service answers again.");
  await load();
}

async function showModel() {
  const card = await getModel();
  known.largestRoster = card.largest_roster;
  byId("served").textContent = `Model version ${card.model.version}, learned from data to ` +
    `${day(card.data_window.trained_until)}; creators and sales as of ` +
    `${day(card.data_window.catalog_as_of)}.`;
  suggestDates(card.data_window.catalog_as_of);
}

// What can be told without asking: a roster that has nobody in it.
function lacking() {
  const faults = state.scenarios.flatMap(({ roster }, position) => (roster.length ? []
    : [{ path: `scenarios.${position}.roster`, message: "add a creator, or remove this roster" }]));
  return faults.length ? new Problem(422, { detail: "Nobody is booked yet in every roster.",
    errors: faults }) : null;
}

async function ask() {
  const button = byId("compare");
  byId("problem").replaceChildren();
  markFields([]);
  const missing = lacking();
  if (missing) {
    complain(missing);
    return;
  }
  const request = toRequest();
  button.disabled = true;
  byId("answer").setAttribute("aria-busy", "true");
  const counting = counted("Comparing…");
  try {
    const [answer, { comparison }] = await Promise.all([compare(request), comparisonPart()]);
    clearInterval(counting);
    byId("results").replaceChildren(...comparison(answer, request, names()).flat());
    byId("results").classList.remove("stale");
    status(`${answer.scenarios.length} rosters compared.`);
    byId("answer").scrollIntoView({ block: "start" });
    await showInAddress();
  } catch (error) {
    outdate();
    status("Not compared.");
    complain(error);
  } finally {
    clearInterval(counting);
    byId("answer").removeAttribute("aria-busy");
    button.disabled = false;
  }
}

// Tells that the service is at work, and after a second for how long.
function counted(words) {
  const since = Date.now();
  status(words);
  return setInterval(() =>
    status(`${words} ${Math.round((Date.now() - since) / 1000)} s`), SLOW);
}

start();
