// One axis for several estimates: where a value lies on it, in percent of its width, and its ticks.

const EDGE = 2; // percent kept free at both ends, so that dots and labels are not cut

// 0 is always on the axis: a length from 0 is what the eye compares.
export function scaleOf(values, wanted = 4) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const step = roundStep((high - low || 1) / wanted);
  const first = Math.floor(low / step + 1e-9) * step;
  const last = Math.max(Math.ceil(high / step - 1e-9) * step, first + step);
  const ticks = [];
  for (let tick = first; tick <= last + step / 2; tick += step) {
    ticks.push(Math.abs(tick) < step / 2 ? 0 : tick);
  }
  const at = (value) => EDGE + ((value - first) / (last - first)) * (100 - 2 * EDGE);
  return { first, last, ticks, at };
}

function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) * power;
}

export const boundsOf = (...estimates) =>
  estimates.filter(Boolean).flatMap(({ low, mean, high }) => [low, mean, high]);
