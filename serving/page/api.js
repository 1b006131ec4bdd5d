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
    throw new Problem(0, { detail: "The service cannot be reached. Is it running?" });
  }
  if (response.status === 401 && await askForToken()) return call(path, options);
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, content);
  return content;
}

function headers(body) {
  const token = sessionStorage.getItem(TOKEN);
  return {
    ...(body ? { "Content-Type": "application/json" } : {}),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  };
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
export const getBrands = () => call("v1/brands?limit=500");
export const getMarkets = (offset = 0) => call(`v1/markets?limit=500&offset=${offset}`);
export const getCreators = (values, signal) => call(`v1/creators?${query(values)}`, { signal });
export const compare = (request) =>
  call("v1/compare", { method: "POST", body: JSON.stringify(request) });
