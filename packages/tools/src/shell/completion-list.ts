import type { Candidate, Completion } from '../completion/candidate.js';
import type { Theme } from '../output/theme.js';

/** Most candidates that are listed. */
const most = 200;

/** What a Tab does: the text to insert for the word, and the candidates to show when there are several. */
export function tabEffect(
  text: string,
  completion: Completion,
  theme: Theme,
  columns: number,
): { insert: string | undefined; list: string } {
  const { candidates, from } = completion;
  const [first] = candidates;
  if (first === undefined) return { insert: undefined, list: '' };
  if (candidates.length === 1) return { insert: first.text + first.suffix, list: '' };
  const common = commonPrefix(candidates.map((candidate) => candidate.text));
  const typed = text.slice(from);
  if (common.length > typed.length) return { insert: common, list: '' };
  return { insert: undefined, list: candidateList(candidates, theme, columns) };
}

/** The candidates in columns, or one a line with its type where types are known. */
function candidateList(candidates: readonly Candidate[], theme: Theme, columns: number): string {
  const shown = candidates.slice(0, most);
  const rest = candidates.length > most ? [theme.faint(`... and ${candidates.length - most} more`)] : [];
  const width = Math.max(...shown.map((candidate) => candidate.text.length)) + 2;
  if (shown.some((candidate) => candidate.note !== undefined)) {
    const room = Math.max(0, columns - width - 1);
    const lines = shown.map(
      ({ text, note = '' }) => `${theme.name(text.padEnd(width))}${theme.faint(note.slice(0, room))}`,
    );
    return [...lines, ...rest].join('\n').trimEnd();
  }
  const perLine = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(shown.length / perLine);
  const lines = Array.from({ length: rows }, (_, row) =>
    shown
      .filter((_, index) => index % rows === row)
      .map((candidate) => candidate.text.padEnd(width))
      .join('')
      .trimEnd(),
  );
  return [...lines, ...rest].join('\n');
}

function commonPrefix(words: readonly string[]): string {
  let prefix = words[0] ?? '';
  for (const word of words) while (!word.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
