import { clearScreenDown, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { Completion } from '../completion/candidate.js';
import type { Theme } from '../output/theme.js';
import { CompletionMenu, commonPart } from './completion-menu.js';

/** Puts completions into the line that readline holds, and shows a menu below it where there are several. */
export class CompletionView {
  readonly #readline: Interface;
  readonly #output: NodeJS.WriteStream;
  readonly #theme: Theme;
  #menu: CompletionMenu | undefined;

  constructor(readline: Interface, output: NodeJS.WriteStream, theme: Theme) {
    this.#readline = readline;
    this.#output = output;
    this.#theme = theme;
  }

  /** Inserts what is certain. @param line the text before the cursor. */
  take(line: string, completion: Completion): void {
    const typed = line.slice(completion.from);
    const [first, second] = completion.candidates;
    if (first === undefined) return;
    if (second === undefined) {
      this.#replace(typed, first.text + first.suffix);
      return;
    }
    const common = commonPart(completion);
    this.#replace(typed, common);
    this.#menu = new CompletionMenu(completion.candidates, common);
    this.draw();
  }

  /** @returns true when the key was for the menu alone; every other key closes it. */
  key(keys: string): boolean {
    const menu = this.#menu;
    if (menu === undefined) return false;
    this.#below(1, () => clearScreenDown(this.#output));
    const before = menu.word;
    if (menu.key(keys)) {
      this.#replace(before, menu.word);
      this.draw();
      return true;
    }
    this.#menu = undefined;
    const { suffix } = menu;
    if (keys === '\u001b' || keys === '\u0007') {
      menu.reset();
      this.#replace(before, menu.word);
      return true;
    }
    if (keys !== '\r' || suffix === undefined) return false;
    this.#replace('', suffix);
    return true;
  }

  /** Draws the menu, if there is one, into the rows below the line and goes back to where the cursor was. */
  draw(): void {
    if (this.#menu === undefined) return;
    const { columns = 80, rows = 24 } = this.#output;
    const room = rows - 2 - this.#readline.getCursorPos().rows - this.#rowsBelow();
    if (room < 1) return;
    const lines = this.#menu.render(this.#theme, columns, room);
    this.#below(lines.length, () => this.#output.write(lines.join('\n')));
  }

  /** Puts another text in place of the one before the cursor. */
  #replace(typed: string, text: string): void {
    let same = 0;
    while (same < typed.length && typed[same] === text[same]) same++;
    for (let left = typed.length; left > same; left--) this.#readline.write(null, { name: 'backspace' });
    if (text.length > same) this.#readline.write(text.slice(same));
  }

  /** Writes below the line, so many rows, and goes back. */
  #below(rows: number, write: () => void): void {
    const down = this.#rowsBelow();
    this.#output.write('\n'.repeat(down + 1));
    write();
    moveCursor(this.#output, 0, -(down + rows));
    cursorTo(this.#output, this.#readline.getCursorPos().cols);
  }

  /** How many rows the line goes on below the cursor. */
  #rowsBelow(): number {
    const { line, cursor } = this.#readline;
    return Math.floor((this.#readline.getCursorPos().cols + line.length - cursor) / (this.#output.columns ?? 80));
  }
}
