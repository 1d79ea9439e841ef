import { readFileSync } from 'node:fs';
import type { Case, Group, Json, Start, Step } from './case.js';

/** Members whose values differ from server to server and from run to run. */
const volatile: Readonly<Record<string, Json>> = {
  micro: '$int',
  minor: '$int',
  major: '$int',
  package: '$string',
  seconds: '$int',
  microseconds: '$int',
};

/**
 * Reads the exchanges of a document as cases: each code block of the language `qmp` is one, and the word after it says in
 * which state the session begins. `->` is sent and `<-` expected, in that order; versions and times may be any.
 */
export function documentedExchanges(path: string, group: string): Group {
  const blocks = [...readFileSync(path, 'utf8').matchAll(/^```qmp (\w+)\n(.*?)^```$/gms)];
  const cases = blocks.map(([, start, lines = ''], index): Case => {
    const steps = lines.trimEnd().split('\n').map(step);
    return { name: `exchange-${index + 1}`, layer: 'wire', start: start as Start, launch: { fresh: true }, steps };
  });
  return { group, description: path, cases };
}

function step(line: string): Step {
  const text = line.slice(3);
  if (line.startsWith('-> ')) return { send: `${text}\r\n` };
  if (!line.startsWith('<- ')) throw new Error(`neither sent nor expected: ${line}`);
  return { expect: [JSON.parse(text, (name, value) => volatile[name] ?? value) as Json] };
}
