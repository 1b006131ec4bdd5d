// Parts of the page that nobody waits for before they are needed; one that did not come is asked
// for again the next time.

import { Problem } from "./api.js";

const fetched = (importing) => async () => {
  try {
    return await importing();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it came, and is wrong: no wait mends that
    throw new Problem(0, { detail: "The service cannot be reached for a part of this page. What " +
      "you typed is kept: ask again, and if that does not help, reload the page." });
  }
};

export const comparisonPart = fetched(() => import("./answer/comparison.js"));
export const foundPart = fetched(() => import("./answer/best/found.js"));
