// Numbers in words a planner reads. What is unknown is said to be unknown, never 0.

// What rounds to 0 has no sign.
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0, signDisplay: "negative" });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

// Two or three digits carry all the certainty there is: 32,861 is shown as 32,900.
function rounded(value) {
  if (value === 0) return 0;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.abs(value))) - 2);
  return Math.round(value / step) * step;
}

const minus = (text) => text.replace("-", "−");

export const money = (value) => minus(whole.format(rounded(value)));
export const exact = (value) => minus(whole.format(value));
export const count = (value) => (value === null ? "unknown"
  : Math.abs(value) < 1000 ? exact(value) : short.format(value));

// Below 0.1 % with as many digits as it takes to see that it is more than nothing.
export function percent(share, { sign = false } = {}) {
  const value = share * 100;
  const size = Math.abs(value);
  const digits = size >= 10 ? 0
    : size >= 0.1 || size < 0.0005 ? 1 : Math.ceil(-Math.log10(size));
  const shown = value.toFixed(digits);
  const plus = sign && value > 0 ? "+" : "";
  return `${Number(shown) === 0 ? shown.replace("-", "") : plus + minus(shown)}\u00a0%`;
}

// A probability from draws is never certain.
export function chance(probability) {
  if (probability > 0.99) return "more than 99\u00a0%";
  if (probability < 0.01) return "less than 1\u00a0%";
  return `${Math.round(probability * 100)}\u00a0%`;
}

export const range = (estimate, written) =>
  `${written(estimate.low)} to ${written(estimate.high)}`;

export const crossesZero = (estimate) => estimate.low <= 0 && estimate.high >= 0;

export const words = (name) => name.replaceAll("_", " ");

const calendar = new Intl.DateTimeFormat("en-GB",
  { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const months = new Intl.DateTimeFormat("en-GB",
  { month: "short", year: "2-digit", timeZone: "UTC" });

// "2025-09-21" → "21 Sept 2025"; what is no date stays as it was typed.
export const day = (iso) =>
  (Number.isNaN(Date.parse(iso)) ? iso : calendar.format(Date.parse(iso)));
export const dates = (first, last) => `${day(first)} to ${day(last)}`;
export const monthOf = (time) => months.format(time);
export const many = (count, one, several) => `${exact(count)} ${count === 1 ? one : several}`;
