// The page's beginning: loads what the service knows, draws the parts, sends the question.

import { compare, getModel } from "./api.js";
import { drawCampaign, loadCampaign, marketNames, suggestDates } from "./campaign.js";
import { byId } from "./dom.js";
import { markFields, problemBox } from "./problem.js";
import { comparison } from "./results.js";
import { drawRosters } from "./rosters.js";
import { drawFound, drawProposers, drawSearch, search } from "./search.js";
import { addRoster, state, toRequest, whenChanged } from "./state.js";

const status = (text) => { byId("status").textContent = text; };

async function start() {
  drawCampaign();
  drawRosters();
  drawSearch();
  drawProposers();
  byId("add-roster").addEventListener("click", () => addRoster());
  byId("compare").addEventListener("click", ask);
  whenChanged(changed);
  status("Add at least one creator to each roster, then compare.");
  await Promise.all([attempt(loadCampaign), attempt(showModel), search(0)]);
}

function changed(what) {
  if (what === "rosters") drawRosters();
  if (what === "rosters" || what === "names") {
    drawFound();
    drawProposers();
  }
  if (byId("results").childElementCount) {
    byId("results").classList.add("stale");
    status("The plan has changed since. Compare again.");
  }
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    byId("problem").replaceChildren(problemBox(error));
  }
}

async function showModel() {
  const card = await getModel();
  byId("served").textContent = `Model version ${card.model.version}, learned from data to ` +
    `${card.data_window.trained_until}; creators and sales as of ${card.data_window.catalog_as_of}.`;
  suggestDates(card.data_window.catalog_as_of);
}

async function ask() {
  const button = byId("compare");
  const request = toRequest();
  const names = new Map([...marketNames(), ...state.scenarios.flatMap((scenario) =>
    scenario.roster.map((booking) => [booking.creator_id, booking.shown.handle]))]);
  button.disabled = true;
  byId("problem").replaceChildren();
  markFields([]);
  status("Comparing…");
  try {
    const answer = await compare(request);
    byId("results").replaceChildren(...comparison(answer, request, names).flat());
    byId("results").classList.remove("stale");
    status(`${answer.scenarios.length} rosters compared.`);
    byId("answer").scrollIntoView({ block: "start" });
  } catch (error) {
    byId("results").replaceChildren();
    status("");
    byId("problem").replaceChildren(problemBox(error));
  } finally {
    button.disabled = false;
  }
}

start();
