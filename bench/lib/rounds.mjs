/**
 * Interleaved rounds: each round runs every variant once, in turn, so that a busy minute of the machine falls on all of
 * them. Ratios are taken inside a round and their median is reported; absolute figures are medians too.
 */

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Seconds on the wall, for work that waits for another process. */
export const wallSeconds = () => Number(process.hrtime.bigint()) / 1e9;

/** Seconds of processor time of this process, for work that only computes: a busy machine counts less. */
export const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/**
 * Runs variants in interleaved rounds.
 *
 * @param variants name → function (may be async) that does the work once and returns how many units it did.
 * @param options `rounds` counted ones, `warmup` uncounted ones, `baseline` the variant that ratios are taken to,
 * `clock` {@link wallSeconds} (default) or {@link cpuSeconds}.
 * @returns for each variant `{name, perSecond, ratio}`: units a second, and the median in-round ratio to the baseline.
 */
export async function interleave(variants, options = {}) {
  const { rounds = 9, warmup = 3, baseline = Object.keys(variants)[0], clock = wallSeconds } = options;
  const names = Object.keys(variants);
  const speeds = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    for (const name of names) {
      const start = clock();
      const units = await variants[name]();
      const seconds = clock() - start;
      if (round >= 0) speeds[name].push(units / seconds);
    }
  }
  return names.map((name) => ({
    name,
    perSecond: median(speeds[name]),
    ratio: median(speeds[name].map((speed, round) => speed / speeds[baseline][round])),
  }));
}

/** Prints the result of {@link interleave}: `scale` divides units a second, `unit` names what is left. */
export function report(title, results, { scale = 1, unit = '/s' } = {}) {
  console.log(`\n${title}`);
  const width = Math.max(...results.map(({ name }) => name.length));
  for (const { name, perSecond, ratio } of results) {
    const speed = (perSecond / scale).toFixed(perSecond / scale < 100 ? 1 : 0);
    console.log(`  ${name.padEnd(width)}  ${speed.padStart(10)} ${unit}  ${ratio.toFixed(2).padStart(6)} x`);
  }
}
