/** What an editor needs of its surroundings. */
export interface LineEditorHost {
  readonly prompt: string;
  write(text: string): void;
  /** A line was entered. Further input waits until {@link LineEditor.ready}. */
  line(text: string): void;
  /** What the last word of the line can become. */
  complete(line: string): readonly string[];
  /** The terminal has not taken what was written: input waits until {@link LineEditor.goOn}. @default never */
  full?(): boolean;
}

const HISTORY_LINES = 64;
const LINE_LENGTH = 4095;

/**
 * Edits one line at a time on a terminal that sends every key at once: the keys of QEMU's human monitor and of most
 * shells. A pure machine from characters to calls of its host.
 */
export class LineEditor {
  readonly #host: LineEditorHost;
  readonly #history: string[] = [];
  #line = '';
  #cursor = 0;
  #historyAt = 0;
  #draft = '';
  #escape = '';
  #busy = true;
  #lastWasReturn = false;
  /** What was typed, and how far it was looked at. */
  #typed = '';
  #at = 0;

  constructor(host: LineEditorHost) {
    this.#host = host;
  }

  /** Shows the prompt and takes input again. */
  ready(): void {
    this.#busy = false;
    this.#host.write(this.#host.prompt);
    this.goOn();
  }

  /** Forgets what was typed of a line, and shows the prompt. */
  restart(): void {
    this.#line = '';
    this.#cursor = 0;
    this.#historyAt = this.#history.length;
    this.#escape = '';
    this.#host.write(this.#host.prompt);
  }

  /** Takes what was typed. */
  input(text: string): void {
    this.#typed = this.#typed.slice(this.#at) + text;
    this.#at = 0;
    this.goOn();
  }

  /** Looks at what was typed, as far as the host takes it. */
  goOn(): void {
    while (this.#at < this.#typed.length && !this.#busy && this.#host.full?.() !== true) {
      const character = String.fromCodePoint(this.#typed.codePointAt(this.#at) ?? 0);
      this.#at += character.length;
      this.#key(character);
    }
  }

  #key(character: string): void {
    const afterReturn = this.#lastWasReturn;
    this.#lastWasReturn = character === '\r';
    if (this.#escape !== '') this.#continueEscape(character);
    else if (character === '\x1b') this.#escape = character;
    else if (character === '\r' || (character === '\n' && !afterReturn)) this.#enter();
    else if (character === '\t') this.#complete();
    else if (character === '\x7f' || character === '\b') this.#erase(this.#cursor - 1, this.#cursor);
    else if (character < ' ') this.#control(String.fromCharCode(character.charCodeAt(0) + 64));
    else this.#insert(character);
  }

  #control(letter: string): void {
    const { length } = this.#line;
    if (letter === 'A') this.#show(this.#line, 0);
    else if (letter === 'E') this.#show(this.#line, length);
    else if (letter === 'B') this.#show(this.#line, this.#cursor - 1);
    else if (letter === 'F') this.#show(this.#line, this.#cursor + 1);
    else if (letter === 'D') this.#erase(this.#cursor, this.#cursor + 1);
    else if (letter === 'K') this.#erase(this.#cursor, length);
    else if (letter === 'U') this.#erase(0, this.#cursor);
    else if (letter === 'W') this.#erase(this.#wordStart(), this.#cursor);
    else if (letter === 'P') this.#recall(this.#historyAt - 1);
    else if (letter === 'N') this.#recall(this.#historyAt + 1);
  }

  /** Arrow and editing keys: ESC [ or ESC O, digits, and a final letter or tilde. */
  #continueEscape(character: string): void {
    this.#escape += character;
    if (this.#escape.length === 2 && (character === '[' || character === 'O')) return;
    if (/[0-9;]/.test(character) && this.#escape.length < 16) return;
    const key = this.#escape.slice(2);
    this.#escape = '';
    if (key === 'A') this.#recall(this.#historyAt - 1);
    else if (key === 'B') this.#recall(this.#historyAt + 1);
    else if (key === 'C') this.#show(this.#line, this.#cursor + 1);
    else if (key === 'D') this.#show(this.#line, this.#cursor - 1);
    else if (key === 'H' || key === '1~') this.#show(this.#line, 0);
    else if (key === 'F' || key === '4~') this.#show(this.#line, this.#line.length);
    else if (key === '3~') this.#erase(this.#cursor, this.#cursor + 1);
  }

  #enter(): void {
    const line = this.#line;
    this.#host.write('\r\n');
    if (line.trim() !== '' && line !== this.#history.at(-1)) this.#history.push(line);
    if (this.#history.length > HISTORY_LINES) this.#history.shift();
    this.#historyAt = this.#history.length;
    this.#line = '';
    this.#cursor = 0;
    this.#busy = true;
    this.#host.line(line);
  }

  #insert(character: string): void {
    if (this.#line.length >= LINE_LENGTH) return;
    const before = this.#line.slice(0, this.#cursor) + character;
    const after = this.#line.slice(this.#cursor);
    if (after === '') {
      this.#line = before;
      this.#cursor = before.length;
      this.#host.write(character);
    } else this.#show(before + after, before.length);
  }

  #erase(from: number, to: number): void {
    if (from < 0 || from >= this.#line.length || from >= to) return;
    this.#show(this.#line.slice(0, from) + this.#line.slice(to), from);
  }

  #wordStart(): number {
    return /\S*\s*$/.exec(this.#line.slice(0, this.#cursor))?.index ?? 0;
  }

  #recall(index: number): void {
    if (index < 0 || index > this.#history.length) return;
    if (this.#historyAt === this.#history.length) this.#draft = this.#line;
    this.#historyAt = index;
    const line = this.#history[index] ?? this.#draft;
    this.#show(line, line.length);
  }

  #complete(): void {
    const before = this.#line.slice(0, this.#cursor);
    const after = this.#line.slice(this.#cursor);
    const word = /\S*$/.exec(before)?.[0] ?? '';
    const candidates = this.#host.complete(before);
    const common = commonPrefix(candidates);
    if (candidates.length === 1)
      this.#show(`${before}${common.slice(word.length)} ${after}`, before.length + common.length - word.length + 1);
    else if (common.length > word.length)
      this.#show(before + common.slice(word.length) + after, before.length + common.length - word.length);
    else if (candidates.length > 1) {
      this.#host.write(`\r\n${candidates.join('  ')}\r\n${this.#host.prompt}`);
      const line = this.#line;
      const cursor = this.#cursor;
      this.#line = '';
      this.#cursor = 0;
      this.#show(line, cursor);
    }
  }

  /** Redraws what changed: steps back, writes the new line, clears the rest, and puts the cursor in its place. */
  #show(line: string, cursor: number): void {
    const target = Math.max(0, Math.min(line.length, cursor));
    let output = '';
    if (line === this.#line) output = moveCursor(this.#cursor, target);
    else output = `${moveCursor(this.#cursor, 0)}${line}\x1b[K${moveCursor(line.length, target)}`;
    this.#line = line;
    this.#cursor = target;
    if (output !== '') this.#host.write(output);
  }
}

function moveCursor(from: number, to: number): string {
  if (from === to) return '';
  return to < from ? `\x1b[${from - to}D` : `\x1b[${to - from}C`;
}

function commonPrefix(words: readonly string[]): string {
  let prefix = words[0] ?? '';
  for (const word of words) while (!word.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
