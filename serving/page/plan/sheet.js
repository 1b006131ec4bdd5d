// Bookings as a table of text: the columns of the files that `rosterlift predict` reads.
// Nothing here knows the page; each fault names its line and its column.

import { DISCLOSURES, FORMATS, FREEDOMS, MOST_POSTS, PLATFORMS } from "./terms.js";

export const CAMPAIGN = ["brand_id", "category", "starts_on", "ends_on", "brief", "markets"];
const PROPOSED = ["creator_category", "creator_language", "creator_followers"];
const BOOKING = ["creator_id", "platform", "format", "posts", "fee", "creative_freedom",
  "disclosure", "months_with_brand", "invites_ugc"];
export const COLUMNS = ["scenario", ...CAMPAIGN, ...BOOKING];
const READ = new Set([...COLUMNS, ...PROPOSED, "handle"]);
const FLAGS = { true: true, 1: true, yes: true, false: false, 0: false, no: false };
const LISTED = { platform: PLATFORMS, format: FORMATS, creative_freedom: FREEDOMS,
  disclosure: DISCLOSURES };

// text → { rows: [{ line, values }], faults: [{ line, column, message }] }; a value that is left
// out is absent. Commas, semicolons or tabs: whichever the header has most of.
export function readTable(text) {
  const records = recordsOf(text.replace(/^\uFEFF/, ""));
  const [header, ...body] = records;
  if (!header) return { header: [], rows: [], faults: [fault(1, "", "there is nothing here")] };
  const names = header.cells.map((name) => name.trim().toLowerCase().replaceAll(" ", "_"));
  const faults = headerFaults(names);
  const rows = [];
  for (const { line, cells, open } of faults.length ? [] : body) {
    if (open) faults.push(fault(line, "", "a quotation mark is opened and never closed"));
    if (cells.length > names.length) {
      faults.push(fault(line, "", `more values (${cells.length}) than columns (${names.length})`));
    }
    rows.push({ line, values: Object.fromEntries(names.map((name, column) =>
      [name, cells[column]?.trim()]).filter(([, value]) => value)) });
  }
  return { rows, faults };
}

const fault = (line, column, message) => ({ line, column, message });

function headerFaults(names) {
  if (!names.includes("creator_id") && !names.includes("handle")) {
    return [fault(1, "creator_id", `expected a first line with the names of the columns, among ` +
      `them creator_id or handle; found ${names.slice(0, 4).join(", ")}`)];
  }
  return names.filter((name) => !READ.has(name)).map((name) => fault(1, name,
    `there is no such column; expected some of ${[...BOOKING, "scenario"].join(", ")}`));
}

// Quoted values may hold separators, line ends and doubled quotation marks (RFC 4180).
function recordsOf(text) {
  const [first] = text.split(/\r?\n/, 1);
  const separator = ["\t", ";", ","].sort((one, other) =>
    first.split(other).length - first.split(one).length)[0];
  const records = [];
  let record = { line: 1, cells: [""], open: false };
  let line = 1;
  for (let at = 0; at <= text.length; at += 1) {
    const sign = text[at];
    const cell = record.cells.length - 1;
    if (record.open && sign !== undefined) {
      if (sign === '"' && text[at + 1] === '"') record.cells[cell] += text[at += 1];
      else if (sign === '"') record.open = false;
      else record.cells[cell] += sign;
      if (sign === "\n") line += 1;
    } else if (sign === '"' && record.cells[cell] === "") record.open = true;
    else if (sign === separator) record.cells.push("");
    else if (sign === "\n" || sign === undefined) {
      if (record.cells.some((value) => value.trim())) records.push(record);
      line += 1;
      record = { line, cells: [""], open: false };
    } else if (sign !== "\r") record.cells[cell] += sign;
  }
  return records;
}

// One row's booking, as far as it can be told without the catalog.
export function readBooking({ line, values }) {
  const faults = [];
  const wrong = (column, message) => faults.push(fault(line, column, message));
  const booking = { creator_id: values.creator_id ?? values.handle };
  if (!booking.creator_id) wrong("creator_id", "expected the id or handle of a creator");
  for (const [column, allowed] of Object.entries(LISTED)) {
    const value = values[column]?.toLowerCase().replaceAll(" ", "_");
    if (value && !allowed.includes(value)) {
      wrong(column, `expected one of ${allowed.join(", ")}; found ${values[column]}`);
    } else if (value) booking[column] = value;
  }
  for (const column of ["posts", "fee", "months_with_brand"]) {
    if (column in values) booking[column] = amount(column, values[column], wrong);
  }
  if ("invites_ugc" in values) {
    booking.invites_ugc = FLAGS[values.invites_ugc.toLowerCase()];
    if (booking.invites_ugc === undefined) {
      wrong("invites_ugc", `expected true or false; found ${values.invites_ugc}`);
    }
  }
  const creator = proposedIn(values, wrong);
  return { line, scenario: values.scenario, values, faults,
    booking: creator ? { ...booking, creator } : booking };
}

function amount(column, text, wrong) {
  const value = Number(text);
  if (column === "posts") {
    if (!(Number.isInteger(value) && value >= 1 && value <= MOST_POSTS)) {
      wrong(column, `expected a whole number from 1 to ${MOST_POSTS}; found ${text}`);
    }
  } else if (!Number.isFinite(value)) {
    wrong(column, `expected a number such as 1250.50; found ${text}`);
  } else if (value < 0) wrong(column, `expected 0 or more; found ${text}`);
  return value;
}

function proposedIn(values, wrong) {
  if (!PROPOSED.some((name) => name in values)) return null;
  const missing = PROPOSED.find((name) => !(name in values));
  if (missing) wrong(missing, "expected, because the creator is proposed and not in the catalog");
  const followers = Number(values.creator_followers);
  if (!missing && !(Number.isInteger(followers) && followers >= 0)) {
    wrong("creator_followers", `expected a whole number; found ${values.creator_followers}`);
  }
  return { category: values.creator_category, language: values.creator_language, followers };
}

// The campaign the rows name, null where they name none; rows of another campaign are faults.
export function campaignIn(rows) {
  const of = ({ values }) => Object.fromEntries(
    CAMPAIGN.filter((name) => name in values).map((name) => [name, values[name]]));
  const written = (row) => JSON.stringify(of(row));
  const [first] = rows;
  if (!first || written(first) === "{}") return { campaign: null, faults: [] };
  const { markets, ...campaign } = of(first);
  return {
    campaign: markets ? { ...campaign, markets: markets.split(";").map((one) => one.trim()) }
      : campaign,
    faults: rows.filter((row) => written(row) !== written(first)).map(({ line }) =>
      fault(line, "", "another campaign than the first line's")),
  };
}

// The same columns, written.
export function writeTable(request) {
  const rosters = request.scenarios.flatMap(({ name, roster }) =>
    roster.map((booking) => ({ ...request.campaign, ...booking, scenario: name,
      markets: request.campaign.markets?.join(";"),
      creator_category: booking.creator?.category, creator_language: booking.creator?.language,
      creator_followers: booking.creator?.followers })));
  const proposed = rosters.some((row) => row.creator_category !== undefined);
  const columns = proposed ? [...COLUMNS, ...PROPOSED] : COLUMNS;
  return [columns, ...rosters.map((row) => columns.map((name) => row[name]))]
    .map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

function quoted(value) {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
