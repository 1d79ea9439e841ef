import { equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeCompact, JsonReader, stringify } from 'qmp/json';

const page = readFileSync(new URL('../../../../docs/json.md', import.meta.url), 'utf8');

test('what the page says is printed is printed', () => {
  const examples = [...page.matchAll(/^((?:stringify|encodeCompact)\(.*\)); +\/\/ (\{.*)$/gm)];
  ok(examples.length >= 2);
  for (const [, code, output] of examples) {
    const run = new Function('stringify', 'encodeCompact', `return ${code}`);
    equal(run(stringify, encodeCompact), output);
  }
});

test('the first example of the page reads what is pushed in pieces', () => {
  const code = /```ts\nimport .*\n\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const printed: unknown[][] = [];
  const listeners: ((chunk: Uint8Array) => void)[] = [];
  const socket = { on: (_: string, listener: (chunk: Uint8Array) => void) => listeners.push(listener) };
  new Function('JsonReader', 'socket', 'console', code)(JsonReader, socket, {
    log: (...words: unknown[]) => printed.push(words),
  });
  for (const piece of ['{"a": "', 'é"}', '}']) for (const listener of listeners) listener(Buffer.from(piece));
  equal(JSON.stringify(printed), '[["message",{"a":"é"}],["syntax","JSON parse error, expecting value"]]');
});
