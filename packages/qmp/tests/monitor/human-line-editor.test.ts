import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LineEditor } from '#src/monitor/human-line-editor.js';

/** A cursor movement, a new line, or one character; written apart because of its control characters. */
const OUTPUT = new RegExp(['\u001b\\[\\d*[A-Z]', '\\r\\n', '[^\u001b\\r]'].join('|'), 'g');

/** A terminal that knows as much as the editor uses: printing, backspace by cursor moves, and clearing a line's rest. */
class Terminal {
  row = '';
  column = 0;
  readonly entered: string[] = [];
  readonly editor = new LineEditor({
    prompt: '> ',
    write: (text) => this.#write(text),
    line: (text) => this.entered.push(text),
    complete: (line) => ['info', 'inject-nmi', 'stop'].filter((name) => name.startsWith(line)),
  });

  constructor() {
    this.editor.ready();
  }

  type(text: string): this {
    this.editor.input(text);
    return this;
  }

  #write(text: string): void {
    for (const part of text.match(OUTPUT) ?? []) {
      const move = Number(/\d+/.exec(part)?.[0] ?? 0);
      if (part === '\r\n') [this.row, this.column] = ['', 0];
      else if (part.endsWith('D') && part.startsWith('\x1b')) this.column -= move;
      else if (part.endsWith('C') && part.startsWith('\x1b')) this.column += move;
      else if (part === '\x1b[K') this.row = this.row.slice(0, this.column);
      else {
        this.row = this.row.slice(0, this.column) + part + this.row.slice(this.column + 1);
        this.column += 1;
      }
    }
  }
}

describe('editing a line', () => {
  const cases: readonly (readonly [what: string, typed: string, row: string, column: number])[] = [
    ['letters', 'stop', '> stop', 6],
    ['backspace', 'stopp\x7f', '> stop', 6],
    ['backspace at the beginning', '\x7fa', '> a', 3],
    ['left and insert', 'sop\x1b[D\x1b[Dt', '> stop', 4],
    ['home and end', 'top\x01s\x05!', '> stop!', 7],
    ['home and end keys', 'top\x1b[Hs\x1b[F!', '> stop!', 7],
    ['delete under the cursor', 'sstop\x1b[1~\x1b[3~', '> stop', 2],
    ['kill the rest', 'stop it\x1b[D\x1b[D\x1b[D\x0b', '> stop', 6],
    ['kill to the beginning', 'foo stop\x02\x02\x02\x02\x15', '> stop', 2],
    ['kill a word', 'info foo\x17', '> info ', 7],
    ['complete the only candidate', 'st\t', '> stop ', 7],
    ['complete as far as candidates agree', 'i\t', '> in', 4],
    ['an unknown escape sequence is swallowed', 'a\x1b[15~b', '> ab', 4],
    ['a letter beyond ASCII', 'é\x1b[D', '> é', 2],
  ];
  for (const [what, typed, row, column] of cases)
    test(what, () => {
      const whole = new Terminal().type(typed);
      assert.deepEqual([whole.row, whole.column], [row, column]);
      const single = new Terminal();
      for (const character of typed) single.type(character);
      assert.deepEqual([single.row, single.column], [row, column]);
    });
});

describe('entering lines', () => {
  test('CR, LF and CR LF each enter one line', () => {
    const terminal = new Terminal();
    for (const typed of ['a\r', 'b\n', 'c\r\n']) {
      terminal.type(typed);
      terminal.editor.ready();
    }
    assert.deepEqual(terminal.entered, ['a', 'b', 'c']);
  });

  test('what is typed while a command runs waits for its end', () => {
    const terminal = new Terminal().type('a\nb\nc');
    assert.deepEqual(terminal.entered, ['a']);
    terminal.editor.ready();
    assert.deepEqual(terminal.entered, ['a', 'b']);
    terminal.editor.ready();
    assert.equal(terminal.row, '> c');
  });

  test('the history goes back, forth, and to what was being typed', () => {
    const terminal = new Terminal();
    for (const line of ['one', 'two', 'two']) {
      terminal.type(`${line}\r`);
      terminal.editor.ready();
    }
    terminal.type('draft\x1b[A');
    assert.equal(terminal.row, '> two');
    terminal.type('\x10');
    assert.equal(terminal.row, '> one');
    terminal.type('\x1b[A');
    assert.equal(terminal.row, '> one');
    terminal.type('\x1b[B\x0e');
    assert.equal(terminal.row, '> draft');
  });

  test('two candidates are listed below, and the line stays', () => {
    const terminal = new Terminal().type('in\t');
    assert.equal(terminal.row, '> in');
  });
});
