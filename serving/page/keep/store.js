// Plans in this browser's storage, one entry each; the tab remembers which of them is open.

const PLAN = "rosterlift-plan:";
const CURRENT = "rosterlift-current";
const FORMER = "rosterlift-plan-1"; // where the only plan was kept before there were several

export const newId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

export function currentId() {
  const id = sessionStorage.getItem(CURRENT) ?? localStorage.getItem(CURRENT) ?? newId();
  becomeCurrent(id);
  return id;
}

export function becomeCurrent(id) {
  sessionStorage.setItem(CURRENT, id);
  try {
    localStorage.setItem(CURRENT, id);
  } catch {
    // a full store: the tab knows, and that is enough
  }
}

// The plan as it was kept, or null.
export function read(id) {
  return parsed(localStorage.getItem(PLAN + id))?.plan ?? parsed(localStorage.getItem(FORMER));
}

// Whether there was room for it.
export function write(id, plan) {
  try {
    localStorage.setItem(PLAN + id, JSON.stringify({ changed: new Date().toISOString(), plan }));
    localStorage.removeItem(FORMER);
    return true;
  } catch {
    return false;
  }
}

export const remove = (id) => localStorage.removeItem(PLAN + id);

// [{id, changed, plan}], the newest first.
export function list() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PLAN))
    .map((key) => ({ id: key.slice(PLAN.length), ...parsed(localStorage.getItem(key)) }))
    .filter((one) => one.plan)
    .sort((one, other) => (one.changed < other.changed ? 1 : -1));
}

// Another window of this browser changed the plan that is open here.
export function whenChangedElsewhere(id, listener) {
  addEventListener("storage", (event) => {
    const plan = event.key === PLAN + id() ? parsed(event.newValue)?.plan : null;
    if (plan) listener(plan);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not written by this page
  }
}
