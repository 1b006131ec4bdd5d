// The public interface, and nothing else, is what this page knows of the service.

import { byId } from "./dom.js";

const TOKEN = "rosterlift-token"; // kept for this tab only

export class Problem extends Error {
  constructor(status, content) {
    super(content.detail ?? content.title ?? `The service answered ${status}.`);
    this.status = status;
    this.faults = content.errors ?? [];
  }
}

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: headers(options.body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: "The service cannot be reached. What you typed is kept; it is " +
      "asked again every few seconds." });
  }
  if (response.status === 401 && await askForToken()) return call(path, options);
  const content = await response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    return null; // no JSON, or cut off on its way
  });
  if (!response.ok) throw new Problem(response.status, content ?? {});
  if (content === null) throw new Problem(0, { detail: "The answer was cut off. Ask again." });
  return content;
}

function headers(body) {
  const token = sessionStorage.getItem(TOKEN);
  return {
    ...(body ? { "Content-Type": "application/json" } : {}),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  };
}

const AGAIN = 3000;

// Resolves once the service can answer again.
export async function back() {
  for (;;) {
    await new Promise((done) => { setTimeout(done, AGAIN); });
    const response = await fetch("readyz").catch(() => null);
    if (response?.ok) return;
  }
}

let asking = null;

// Answers whether there is a token to try; closing the dialog without one is a no.
function askForToken() {
  asking ??= new Promise((done) => {
    const dialog = byId("token");
    dialog.addEventListener("close", () => {
      const token = byId("token-value").value.trim();
      sessionStorage.setItem(TOKEN, token);
      byId("token-value").value = "";
      asking = null;
      done(token !== "");
    }, { once: true });
    dialog.showModal();
  });
  return asking;
}

const query = (values) =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value != null));

export const getModel = () => call("v1/model");
export const getLedger = () => call("v1/ledger");
export const getBrands = (offset = 0) => call(`v1/brands?limit=500&offset=${offset}`);
export const getMarkets = (offset = 0) => call(`v1/markets?limit=500&offset=${offset}`);
export const getFilters = () => call("v1/filters");
export const getBaseline = (values, signal) => call(`v1/baseline?${query(values)}`, { signal });
export const getCreators = (values, signal) => call(`v1/creators?${query(values)}`, { signal });
const ask = (path, request, signal) =>
  call(path, { method: "POST", body: JSON.stringify(request), signal });
export const compare = (request, signal) => ask("v1/compare", request, signal);
export const optimize = (request, signal) => ask("v1/optimize", request, signal);
export const holdout = (request, signal) => ask("v1/holdout", request, signal);
