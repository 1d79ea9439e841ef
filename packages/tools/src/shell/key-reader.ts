/** Something that came from the keyboard. */
export interface Keys {
  /** `typed` keys may mean something; of `special` ones each is alone; `pasted` text means itself. */
  readonly kind: 'typed' | 'special' | 'pasted';
  readonly text: string;
}

/** What a terminal sends around pasted text once it was asked to. */
const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';

/** What asks a terminal to mark pasted text, and what ends that. */
export const markPastes = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

/** More keys than this at once were not typed, even ahead: such a terminal does not mark pasted text. */
const longestTyped = 256;

/** Keys that need all before them to be taken in first: Tab, `?` and Ctrl-R. */
const special = new Set(['\t', '?', '\u0012']);

/** Ctrl-C overtakes what was typed before it. */
export const interruptKey = '\u0003';

/** Takes apart what a terminal sends at once. */
export class KeyReader {
  #pasting = false;

  read(chunk: string): Keys[] {
    const found: Keys[] = [];
    let rest = chunk;
    while (rest !== '') {
      const mark = this.#pasting ? pasteEnd : pasteStart;
      const at = rest.indexOf(mark);
      const text = at < 0 ? rest : rest.slice(0, at);
      if (this.#pasting) found.push({ kind: 'pasted', text });
      else found.push(...split(text));
      if (at >= 0) this.#pasting = !this.#pasting;
      rest = at < 0 ? '' : rest.slice(at + mark.length);
    }
    return found.filter(({ text }) => text !== '');
  }
}

function split(text: string): Keys[] {
  if (text.length > longestTyped || text.includes('\u001b')) return [{ kind: 'typed', text }];
  const found: Keys[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const key = text.charAt(at);
    if (!special.has(key) && key !== interruptKey) continue;
    const kind = key === interruptKey ? 'typed' : 'special';
    found.push({ kind: 'typed', text: text.slice(start, at) }, { kind, text: key });
    start = at + 1;
  }
  return [...found, { kind: 'typed', text: text.slice(start) }];
}
