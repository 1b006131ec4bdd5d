// The search for the best roster: one at a time, it says how long it takes and can be cancelled.

import { optimize } from "../../api.js";
import { byId, h } from "../../dom.js";
import { problemBox } from "../../problem.js";

let running = null;

export const cancelSearch = () => running?.abort();

// The answer with its question; null where it was cancelled or refused, and the page says which.
export async function searched(question) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const clock = progress();
  byId("best-problem").replaceChildren();
  busy(true);
  let outcome = "";
  try {
    const answer = await optimize(question, mine.signal);
    outcome = "Found.";
    return { ...answer, question };
  } catch (error) {
    if (error.name === "AbortError") outcome = "Cancelled.";
    else byId("best-problem").replaceChildren(problemBox(error));
    return null;
  } finally {
    clearInterval(clock);
    if (running === mine) {
      byId("best-progress").replaceChildren(outcome);
      busy(false);
    }
  }
}

// Only the sentence is read aloud; the seconds are for the eye.
function progress() {
  const started = Date.now();
  const seconds = h("span", { "aria-hidden": true });
  byId("best-progress").replaceChildren(
    h("p", {}, "Searching the catalog, seldom longer than half a minute. ", seconds),
    h("progress", { "aria-label": "Searching" }));
  return setInterval(() => {
    seconds.textContent = `${Math.round((Date.now() - started) / 1000)} s`;
  }, 1000);
}

// The focus goes where the next thing can be done.
function busy(on) {
  const [find, stop] = [byId("find-best"), byId("stop-best")];
  const had = [find, stop].includes(document.activeElement);
  find.disabled = on;
  stop.hidden = !on;
  if (had) (on ? stop : find).focus();
}
