import type { Candidate, Completion } from '../completion/candidate.js';
import type { Theme } from '../output/theme.js';

/** The ways to go on from a typed word, shown below it; Tab and the arrows walk through them. */
export class CompletionMenu {
  readonly #candidates: readonly Candidate[];
  readonly #typed: string;
  #chosen = -1;
  /** Candidates in one column of the last picture. */
  #tall = 1;

  /** @param typed the word that they begin with. */
  constructor(candidates: readonly Candidate[], typed: string) {
    this.#candidates = candidates;
    this.#typed = typed;
  }

  /** What stands in the line now: the chosen candidate, or what was typed. */
  get word(): string {
    return this.#candidates[this.#chosen]?.text ?? this.#typed;
  }

  /** What an accepted candidate adds to {@link word}; undefined when none is chosen. */
  get suffix(): string | undefined {
    return this.#candidates[this.#chosen]?.suffix;
  }

  /** Chooses another candidate. @returns false when none is chosen yet and this key has another meaning then. */
  key(keys: string): boolean {
    const steps = {
      '\t': 1,
      '\u001b[Z': -1,
      '\u001b[B': 1,
      '\u001b[A': -1,
      '\u001b[C': this.#tall,
      '\u001b[D': -this.#tall,
    };
    const step = Object.entries(steps).find(([name]) => name === keys)?.[1];
    if (step === undefined || (this.#chosen < 0 && keys !== '\t' && keys !== '\u001b[Z')) return false;
    const count = this.#candidates.length;
    const next = this.#chosen < 0 ? (step > 0 ? 0 : count - 1) : this.#chosen + step;
    if (Math.abs(step) === 1) this.#chosen = (next + count) % count;
    else if (next >= 0 && next < count) this.#chosen = next;
    return true;
  }

  /** Nothing is chosen any more. */
  reset(): void {
    this.#chosen = -1;
  }

  /** The lines to show, as many as there is room for; those around the chosen candidate when that is too few. */
  render(theme: Theme, columns: number, rows: number): string[] {
    const longest = Math.max(...this.#candidates.map(({ text }) => text.length));
    const width = Math.max(2, Math.min(longest + 2, columns - 1));
    const explained = this.#candidates.some(({ note }) => note !== undefined);
    const perLine = explained ? 1 : Math.max(1, Math.floor((columns - 1) / width));
    this.#tall = Math.ceil(this.#candidates.length / perLine);
    const fits = this.#tall <= rows;
    const shown = fits ? this.#tall : Math.max(1, rows - 1);
    const first = Math.max(0, Math.min(this.#tall - shown, (Math.max(0, this.#chosen) % this.#tall) - (shown >> 1)));
    const lines = Array.from({ length: shown }, (_, row) => this.#line(first + row, perLine, width, theme, columns));
    return fits ? lines : [...lines, theme.faint(this.#rest(first, shown, perLine).slice(0, columns - 1))];
  }

  #line(row: number, perLine: number, width: number, theme: Theme, columns: number): string {
    const cells = Array.from({ length: perLine }, (_, column) => {
      const index = column * this.#tall + row;
      const candidate = this.#candidates[index];
      if (candidate === undefined) return '';
      const text = candidate.text.slice(0, width - 1).padEnd(width);
      const note = (candidate.note ?? '').slice(0, Math.max(0, columns - width - 1));
      const painted = index === this.#chosen ? theme.selected(text) : theme.name(text);
      return painted + (note === '' ? '' : theme.faint(note));
    });
    return cells.join('').trimEnd();
  }

  #rest(first: number, shown: number, perLine: number): string {
    const count = this.#candidates.length;
    return perLine === 1 ? `${first + 1} to ${first + shown} of ${count}` : `${count} in all; go on typing, or Tab`;
  }
}

/** What the candidates have in common, when it is more than what is typed. */
export function commonPart({ candidates }: Completion): string {
  let prefix = candidates[0]?.text ?? '';
  for (const { text } of candidates) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
