// The bar of the plan: its name, the other plans of this browser, and ways to share it.

import { button, byId, h, redraw, text } from "../dom.js";
import { day, many } from "../format.js";
import { change, emptyPlan, open, planId, state, undoable } from "../state.js";
import { downloadCsv, downloadJson, openFile, planName } from "./files.js";
import { addressOf, showInAddress } from "./link.js";
import { list, newId, read, remove, write } from "./store.js";

const say = (words) => { byId("kept").textContent = words; };

export function drawPlanBar() {
  const file = h("input", { type: "file", id: "open-file", class: "hidden", tabindex: -1,
    "aria-label": "A JSON or CSV file", accept: ".json,.csv,.tsv,.txt", onchange: opened });
  redraw(byId("plan-bar"),
    h("div", { class: "field plan-name" }, h("label", { for: "plan-name" }, "Plan"),
      text("plan-name", state.name, (value) => change((s) => { s.name = value; }, "plan"),
        { maxlength: 120, placeholder: "Name this plan" })),
    menu("plans", "Plans", planList),
    menu("share", "Share and keep", () => [
      button("Copy a link", copyLink),
      button("Download JSON", downloadJson),
      button("Download CSV", downloadCsv),
      button("Print or save as PDF", () => print()),
      button("Open a file…", () => file.click())]),
    file,
    h("span", { id: "kept", class: "quiet", role: "status" }));
}

// A list of actions behind a word, drawn when it opens; Escape and a click elsewhere close it.
function menu(id, label, items) {
  const summary = h("summary", {}, label);
  const place = h("div", { class: "items" });
  const details = h("details", { class: "menu", id, onkeydown: (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    summary.focus();
  }, ontoggle: () => {
    if (details.open) place.replaceChildren(...items());
  }, onclick: (event) => {
    if (event.target.closest("button")) details.open = false;
  } }, summary, place);
  return details;
}

addEventListener("click", (event) => {
  for (const one of document.querySelectorAll("details.menu[open]")) {
    if (!one.contains(event.target)) one.open = false;
  }
});

function planList() {
  const others = list().filter((one) => one.id !== planId());
  return [
    button("New plan", () => open(newId(), { ...emptyPlan(), campaign: {
      ...state.campaign, brief: "" } })),
    button("Copy of this plan", () => open(newId(),
      { ...structuredClone(state), name: `${planName()} (copy)` })),
    others.length ? h("ul", { "aria-label": "Saved plans" }, others.map(saved))
      : h("p", { class: "quiet" }, "Every plan is kept in this browser. There is no other yet."),
  ];
}

function saved({ id, plan, changed }) {
  const booked = plan.scenarios.reduce((sum, one) => sum + one.roster.length, 0);
  return h("li", {},
    button([planName(plan), h("small", {}, `${many(booked, "booking", "bookings")}, ` +
      day(changed.slice(0, 10)))], () => open(id, plan), { class: "plan",
      "aria-label": `Open ${planName(plan)}` }),
    button("×", () => forget(id, plan), { class: "remove",
      "aria-label": `Delete ${planName(plan)}` }));
}

function forget(id, plan) {
  undoable(`${planName(plan)} was deleted`, () => {
    const kept = read(id) ?? plan;
    remove(id);
    return () => write(id, kept);
  }, "plans");
  byId("plans").querySelector("summary").focus();
}

async function opened(event) {
  const [file] = event.target.files;
  if (!file) return;
  try {
    await openFile(file);
    say(`${file.name} was read.`);
  } catch (error) {
    say(error.message);
  }
}

async function copyLink() {
  await showInAddress();
  try {
    await navigator.clipboard.writeText(await addressOf());
    say("The link is copied: it opens this comparison in any browser that reaches this service.");
  } catch {
    say("The link is in the address bar: copy it from there.");
  }
}
