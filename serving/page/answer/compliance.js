// Who is booked: what the law asks for, and the mix, reported and never rated.

import { h } from "../dom.js";
import { named } from "./warnings.js";

const SIZES = { nano: "Nano, under 1,000 followers", micro: "Micro, to 100,000",
  mid: "Mid, to 500,000", macro: "Macro, to 1 million", mega: "Mega, above", unknown: "Unknown" };
const MOST = 8; // values of one kind that are listed
const languages = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

export function compliance({ result: { name, prediction }, names }) {
  const mix = prediction.composition;
  const ids = (code) => prediction.warnings.find((one) => one.code === code)?.creator_ids ?? [];
  return h("section", { class: "panel", "aria-label": `Compliance of ${name}` },
    h("h4", {}, "Compliance and mix"),
    h("ul", { class: "findings", "aria-label": "Compliance" },
      disclosure(mix, named(ids("undisclosed_sponsorship"), names)),
      virtual(mix, named(ids("virtual_creator"), names))),
    h("div", { class: "mixes" },
      counts("Size", mix.tiers, mix.creators, (tier) => SIZES[tier] ?? tier),
      counts("Language of the posts", mix.languages, mix.creators, languageName),
      counts("Communities", mix.communities, mix.creators, (community) => community)),
    h("p", { class: "quiet" }, "The mix is reported so that you see for whom this roster speaks. ",
      "It is not rated, and there is no good or bad share."));
}

const finding = (fine, words) => h("li", { class: fine ? "fine" : "missing" },
  h("span", { class: "sign", "aria-hidden": true }, fine ? "✓" : "!"), h("span", {}, words));

function disclosure({ undisclosed, bookings }, who) {
  return undisclosed === 0
    ? finding(true, bookings === 1 ? "The booking is marked as advertising."
      : `All ${bookings} bookings are marked as advertising.`)
    : finding(false, `${undisclosed} of ${bookings} bookings ${undisclosed === 1 ? "is" : "are"} ` +
      `booked without a disclosure: ${who}. Paid posts without one break advertising law in most ` +
      "markets; set a label.");
}

function virtual({ virtual: found }, who) {
  return found === 0 ? finding(true, "No virtual creators.")
    : finding(false, `${found} virtual ${found === 1 ? "creator" : "creators"}: ${who}. ` +
      "Tell the audience that they are no people.");
}

function counts(title, found, creators, worded) {
  const entries = Object.entries(found);
  if (!entries.length) return null;
  const others = entries.length - MOST;
  return h("div", { class: "mix" }, h("h5", {}, title),
    h("ul", {}, entries.slice(0, MOST).map(([value, number]) => h("li", {}, h("span", {}, worded(value)),
      h("strong", {}, `${number}`), h("meter", { min: 0, max: creators, value: number,
        "aria-label": `${worded(value)}: ${number} of ${creators} creators` })))),
    others > 0 ? h("p", { class: "quiet" }, `and ${others} more`) : null);
}

function languageName(code) {
  try {
    return languages.of(code);
  } catch {
    return code; // no language code at all
  }
}
