import { exitCode } from '../../cli/exit-code.js';
import { printable } from '../../output/printable.js';
import { askMachine } from '../../words/ask-machine.js';
import { completeWords } from '../../words/complete-words.js';
import { allSpecs } from '../all-specs.js';

/** What the completion scripts call: prints the candidates for the last word, one a line, a tab before its note. */
export async function runComplete(words: readonly string[], io: { output: NodeJS.WriteStream }): Promise<number> {
  // A machine that does not answer costs candidates, nothing else: nobody reads errors at a Tab.
  const found = await completeWords(allSpecs, words, process.env, askMachine).catch(() => []);
  const lines = found.map(({ text, note }) => (note === '' ? text : `${text}\t${note}`));
  io.output.write(lines.map((line) => `${printable(line.replaceAll('\n', ' '))}\n`).join(''));
  return exitCode.done;
}
