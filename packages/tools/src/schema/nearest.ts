/**
 * The known name that was most likely meant, or undefined when none is near.
 *
 * Case and the choice of `-` or `_` cost nothing; a swap of neighbours costs one.
 */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  const wanted = fold(typed);
  const limit = Math.max(1, Math.floor(typed.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of known) {
    if (Math.abs(name.length - typed.length) > limit) continue;
    const distance = editDistance(wanted, fold(name));
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best ?? longer(typed, known);
}

/** The only known name that contains the typed text, when there is exactly one. */
function longer(typed: string, known: Iterable<string>): string | undefined {
  if (typed.length < 3) return undefined;
  const wanted = fold(typed);
  const found = [...known].filter((name) => fold(name).includes(wanted));
  return found.length === 1 ? found[0] : undefined;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    [before, previous] = [previous, current];
  }
  return previous[right.length] ?? 0;
}
