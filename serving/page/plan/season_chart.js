// The last year of sales and the weeks to come on one line, the year before behind it.

import { svg } from "../dom.js";
import { count, money, monthOf } from "../format.js";

const HEIGHT = 220;
const EDGE = { top: 12, right: 12, bottom: 26, left: 56 };
const DAY = 86400e3;
const WEEK = 7 * DAY;
const YEAR = 52 * WEEK;
const SHOWN = 52;

const time = (week) => Date.parse(week);

export function seasonChart(baseline, width) {
  const sold = baseline.history.map((one) => ({ at: time(one.week), value: one.revenue }));
  const past = sold.slice(-SHOWN);
  const ahead = baseline.weeks.map((one) => ({ ...one, at: time(one.week) }));
  const before = yearBefore(sold, past, ahead);
  const place = scales([...past, ...before].map((one) => one.value),
    ahead, [past[0]?.at ?? ahead[0].at, ahead.at(-1).at + WEEK], width);
  const expected = ahead.map((one) => ({ at: one.at, value: one.revenue.mean }));
  return svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, class: "season",
    role: "img", "aria-label": label(baseline) },
  shade(ahead.filter((one) => one.in_window), place),
  place.ticks.map((tick) => gridLine(tick, place, width)),
  months(place),
  svg("path", { class: "before", d: line(before, place) }),
  svg("path", { class: "band", d: band(ahead, place) }),
  svg("path", { class: "sold", d: line(past, place) }),
  svg("path", { class: "expected", d: line(expected, place) }));
}

// The sales of 52 weeks earlier, at the place of the week they are compared with.
function yearBefore(sold, past, ahead) {
  const known = new Map(sold.map((one) => [one.at, one.value]));
  return [...past.map((one) => ({ at: one.at, value: known.get(one.at - YEAR) ?? null })),
    ...ahead.map((one) => ({ at: one.at, value: one.last_year }))];
}

function scales(values, ahead, [from, until], width) {
  const all = [...values, ...ahead.flatMap((one) => [one.revenue.low, one.revenue.high])]
    .filter((value) => value !== null);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const step = niceStep((most - Math.max(0, least - (most - least) / 2)) / 3 || 1);
  const low = Math.max(0, Math.floor(least / step) * step);
  const high = Math.ceil(most / step) * step;
  const ticks = [];
  for (let tick = low; tick <= high + step / 2; tick += step) ticks.push(tick);
  const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  return {
    from, until, ticks,
    x: (at) => EDGE.left + ((at - from) / (until - from)) * inner.width,
    y: (value) => EDGE.top + (1 - (value - low) / (high - low || 1)) * inner.height,
  };
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power;
}

// A week stands at its middle; what is unknown interrupts the line.
const middle = (at) => at + WEEK / 2;

function line(points, { x, y }) {
  let pen = "M";
  return points.map(({ at, value }) => {
    if (value === null) {
      pen = "M";
      return "";
    }
    const drawn = `${pen}${x(middle(at)).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
    return drawn;
  }).join("");
}

function band(ahead, { x, y }) {
  const edge = (one, value) => `${x(middle(one.at)).toFixed(1)} ${y(value).toFixed(1)}`;
  const upper = ahead.map((one) => edge(one, one.revenue.high));
  const lower = ahead.map((one) => edge(one, one.revenue.low)).reverse();
  return `M${[...upper, ...lower].join("L")}Z`;
}

function shade(inside, { x }) {
  if (!inside.length) return null;
  const left = x(inside[0].at);
  return svg("rect", { class: "window", x: left, y: EDGE.top, height: HEIGHT - EDGE.top -
    EDGE.bottom, width: x(inside.at(-1).at + WEEK) - left });
}

const gridLine = (tick, { y }, width) => svg("g", {},
  svg("line", { class: "gridline", x1: EDGE.left, x2: width - EDGE.right, y1: y(tick),
    y2: y(tick) }),
  svg("text", { class: "axis end", x: EDGE.left - 8, y: y(tick) + 4 }, count(tick)));

// The name of every third month, where it begins.
function months({ from, until, x }) {
  const found = [];
  const first = new Date(from);
  for (let count = 1; count < 40; count += 1) {
    const at = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + count, 1);
    if (at > until - 20 * DAY) break;
    if (new Date(at).getUTCMonth() % 3 === 0) {
      found.push(svg("g", {},
        svg("line", { class: "gridline", x1: x(at), x2: x(at), y1: HEIGHT - EDGE.bottom,
          y2: HEIGHT - EDGE.bottom + 5 }),
        svg("text", { class: "axis", x: x(at), y: HEIGHT - 6 }, monthOf(at))));
    }
  }
  return found;
}

const label = ({ revenue }) => `Sales by week: about ${money(revenue.mean)} expected in the weeks ` +
  "that count, beside the last year of sales and the year before it. The table below " +
  "has the numbers.";
