// Adding a CSV of bookings: what is right is added, what is wrong stays and is named by its line.

import { button, byId, choice, h } from "../dom.js";
import { dates, many } from "../format.js";
import { draft, MOST_BOOKINGS, MOST_ROSTERS, state, taken, undoable } from "../state.js";
import { bookings } from "./booking.js";
import { known, lookUp, profile } from "./known.js";
import { campaignIn, readBooking, readTable } from "./sheet.js";
import { priced, twin, waysOf } from "./terms.js";

const EXAMPLE = "creator_id,platform,format,posts,fee\n@anna.glow,instagram,short_video,2,1500";
const MOST_TOLD = 100;
let target = 0;

export function openSheet(text) {
  if (text !== undefined) draft("sheet", { text });
  target = Math.min(target, state.scenarios.length - 1);
  const dialog = byId("sheet");
  dialog.replaceChildren(...content(dialog));
  if (!dialog.open) dialog.showModal();
  if (text !== undefined) read();
}

function content(dialog) {
  const area = h("textarea", { id: "sheet-text", rows: 9, spellcheck: "false", placeholder: EXAMPLE,
    value: state.drafts.sheet?.text ?? "",
    oninput: () => draft("sheet", { text: area.value }) });
  const file = h("input", { type: "file", id: "sheet-file", accept: ".csv,.tsv,.txt,text/csv",
    onchange: async () => {
      if (!file.files.length) return;
      area.value = await file.files[0].text();
      draft("sheet", { text: area.value });
      read();
    } });
  return [
    h("h2", { id: "sheet-title" }, "Add a CSV of bookings"),
    h("p", { class: "quiet" }, "Paste from a spreadsheet or choose a file. The first line names ",
      "the columns: creator_id or handle, and where you have them platform, format, posts, fee, ",
      "creative_freedom, disclosure, months_with_brand, invites_ugc and scenario."),
    h("div", { class: "field" }, h("label", { for: "sheet-file" }, "File"), file),
    h("div", { class: "field" }, h("label", { for: "sheet-text" }, "Bookings"), area),
    h("div", { class: "field" }, h("label", { for: "sheet-target" },
      "Rows without a scenario go to"),
    choice("sheet-target", state.scenarios.map((one, at) => [String(at), one.name]),
      String(target), (value) => { target = Number(value); })),
    h("div", { id: "sheet-found", "aria-live": "polite" }),
    h("div", { class: "bar end" },
      button("Close", () => dialog.close()),
      button("Read", read, { class: "main", id: "sheet-read" })),
  ];
}

async function read() {
  const found = byId("sheet-found");
  found.replaceChildren(h("p", {}, "Reading…"));
  try {
    found.replaceChildren(...told(await judged(byId("sheet-text").value)));
  } catch (error) {
    found.replaceChildren(h("p", { class: "notice bad" }, `${error.message} Your text is kept.`));
  }
}

// Rows that can be added, and the faults of those that cannot.
async function judged(text) {
  const { rows, faults } = readTable(text);
  const { campaign, faults: others } = campaignIn(rows);
  const read = rows.map(readBooking);
  const creators = await lookUp(read.filter((row) => !row.booking.creator)
    .map((row) => row.booking.creator_id));
  const allFaults = [...faults, ...others, ...read.flatMap((row) => row.faults)];
  const scenarios = new Map(state.scenarios.map((one) => [one.name, [...one.roster]]));
  const good = [];
  for (const row of read) {
    if (allFaults.some((fault) => fault.line === row.line)) continue;
    const problem = place(row, creators, scenarios);
    if (problem) allFaults.push({ line: row.line, ...problem });
    else good.push(row);
  }
  return { campaign, good, total: rows.length,
    faults: allFaults.sort((one, other) => one.line - other.line) };
}

// Completes a row from the catalog and puts it into its scenario; a fault where it has no place.
function place(row, creators, scenarios) {
  const { booking } = row;
  const creator = creators.get(booking.creator_id.toLowerCase());
  if (!creator && !booking.creator) {
    return { column: "creator_id", message: `nobody in the catalog is called ` +
      `${booking.creator_id}; mend it, or add creator_category, creator_language and ` +
      "creator_followers to propose them" };
  }
  row.booking = completed(booking, creator);
  row.scenario ??= state.scenarios[target].name;
  const roster = scenarios.get(row.scenario) ?? [];
  if (twin(roster, row.booking)) {
    return { column: "creator_id", message: "this creator is booked there on this platform in " +
      "this format already; add the posts up in one row" };
  }
  if (roster.length >= MOST_BOOKINGS) {
    return { column: "scenario", message: `a roster holds at most ${MOST_BOOKINGS} bookings` };
  }
  scenarios.set(row.scenario, [...roster, row.booking]);
  const full = [...scenarios.values()].filter((one) => one.length).length > MOST_ROSTERS;
  return full ? { column: "scenario", message: `there are at most ${MOST_ROSTERS} rosters` } : null;
}

function completed(booking, creator) {
  if (!creator) return taken({ ...booking, fee: booking.fee ?? 0 });
  const usual = waysOf(creator).find(({ platform, format }) => (!booking.platform
    || platform === booking.platform) && (!booking.format || format === booking.format));
  const feeSource = "fee" in booking ? "typed" : "none";
  return priced(taken({ platform: usual?.platform ?? waysOf(creator)[0].platform,
    format: usual?.format ?? "short_video", ...booking, creator_id: creator.creator_id,
    shown: { ...profile(creator), feeSource } }));
}

function told({ campaign, good, faults, total }) {
  const wrong = new Set(faults.map((fault) => fault.line)).size;
  const take = h("input", { type: "checkbox", id: "sheet-campaign", checked: true });
  return [
    h("p", { class: wrong ? "notice" : "notice good" },
      wrong ? `${many(good.length, "row", "rows")} of ${total} can be added. ` +
        `${many(wrong, "line", "lines")} must be mended:` : `All ${bookings(total)} can be added.`),
    faults.length ? h("ul", { class: "faults" }, faults.slice(0, MOST_TOLD).map(faultLine)) : null,
    faults.length > MOST_TOLD
      ? h("p", { class: "quiet" }, `${faults.length - MOST_TOLD} more.`) : null,
    campaign ? h("label", { class: "check" }, take, "Take the file's campaign too: ",
      [known.brands.get(campaign.brand_id)?.name ?? campaign.brand_id,
        campaign.starts_on ? dates(campaign.starts_on, campaign.ends_on) : null]
        .filter(Boolean).join(", ")) : null,
    good.length ? button(`Add ${bookings(good.length)}`,
      () => addRows(good, take.checked ? campaign : null), { class: "main", id: "sheet-add" })
      : null,
  ].filter(Boolean);
}

const faultLine = ({ line, column, message }) => h("li", {},
  button(`Line ${line}${column ? `, ${column}` : ""}`, () => select(line), { class: "link" }),
  `: ${message}`);

function select(line) {
  const area = byId("sheet-text");
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}

function addRows(good, campaign) {
  const added = new Set(good.map((row) => row.booking));
  const former = { ...state.campaign };
  undoable(`${bookings(good.length)} were added`, (s) => {
    for (const { scenario: name, booking } of good) rosterFor(s, name).push(booking);
    if (campaign) Object.assign(s.campaign, { markets: null }, campaign);
    return (now) => {
      for (const one of now.scenarios) {
        one.roster = one.roster.filter((booking) => !added.has(booking));
      }
      if (campaign) now.campaign = former;
    };
  }, "all");
  const left = withoutLines(byId("sheet-text").value, good.map((row) => row.line));
  draft("sheet", { text: left });
  if (!left) byId("sheet").close();
  else openSheet(left);
}

// The roster of that name; else an empty one that nobody named yet, else a new one.
function rosterFor(s, name) {
  let scenario = s.scenarios.find((one) => one.name === name)
    ?? s.scenarios.find((one) => !one.roster.length);
  if (!scenario) s.scenarios.push(scenario = { roster: [] });
  scenario.name = name;
  return scenario.roster;
}

// What is left of the text once these rows are added; nothing where only the header is.
function withoutLines(text, added) {
  const gone = new Set(added);
  const lines = text.split("\n");
  const starts = readTable(text).rows.map((row) => row.line);
  let inside = true;
  const left = lines.filter((_, at) => {
    if (at === 0) return true;
    if (starts.includes(at + 1)) inside = !gone.has(at + 1);
    return inside;
  });
  return left.slice(1).some((one) => one.trim()) ? left.join("\n") : "";
}

