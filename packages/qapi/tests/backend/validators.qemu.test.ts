import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileValidators, type SchemaTable } from 'qapi';
import { RandomArguments } from './random-arguments.js';
import { randomNumbers, startQemu } from './real-monitor.js';

const TABLE = new URL('../../../../conformance/qemu-7.2/system.table.json', import.meta.url);
/** Commands that may really run: they change nothing that matters, and end soon. */
const HARMLESS =
  /^(query-|block-job-|block-dirty-|job-|qom-|device-list|trace-event|set-action|object-del|netdev_del|ringbuf|set_link|send-key)/;
/** What QEMU says when it refuses the shape of arguments. */
const REFUSAL =
  /^(Parameter '.*' (is missing|is unexpected|expects u?int\w*|does not accept value '.*')|Invalid parameter type)/;

const table = JSON.parse(readFileSync(TABLE, 'utf8')) as SchemaTable;
const validators = compileValidators(table);
const seed = Date.now() & 0xffff;

test('random arguments are refused as real QEMU refuses them, and accepted as it accepts them', async () => {
  const random = randomNumbers(seed);
  const samples = new RandomArguments(table, random);
  const names = Object.keys(table.commands).filter(
    (name) => table.commands[name]?.arguments && !table.commands[name]?.unchecked,
  );
  const qemu = await startQemu();
  try {
    for (let round = 0; round < 1500; round++) {
      const name = names[random(names.length)] ?? '';
      const { text, value } = samples.of(name);
      const refusal = validators.get(name)?.(value as Record<string, unknown>);
      // What is refused has no effect; what is accepted runs only when it is harmless.
      if (refusal === undefined && !HARMLESS.test(name)) continue;
      const description = (await qemu.execute(name, text)).error?.desc;
      const theirs = description !== undefined && REFUSAL.test(description) ? description : undefined;
      assert.equal(refusal, theirs, `seed ${seed}: ${name} ${text}`);
    }
  } finally {
    await qemu.stop();
  }
});

const COMMANDS: Record<string, Record<string, unknown>> = {
  'query-name': {},
  'set-action': { reboot: 'reset', panic: 'none', shutdown: 'poweroff', watchdog: 'none' },
  'query-stats': { target: 'vm' },
  'object-del': { id: 'none' },
};

test('of many unexpected members the one is named that real QEMU names', async () => {
  const random = randomNumbers(seed);
  const word = () =>
    Array.from({ length: 1 + random(8) }, () => 'abcdefghijklmnopqrstuvwxyz-_éß漢'[random(31)]).join('');
  const qemu = await startQemu();
  try {
    for (let round = 0; round < 200; round++) {
      const name = Object.keys(COMMANDS)[random(4)] ?? '';
      const known = COMMANDS[name] ?? {};
      const words = [...Object.keys(known), ...Array.from({ length: 1 + random(1 + (round % 40)) }, word)];
      words.sort(() => random(2) - 0.5);
      const args = Object.fromEntries(words.map((key) => [key, known[key] ?? 1]));
      const { error } = await qemu.execute(name, JSON.stringify(args));
      assert.equal(validators.get(name)?.(args), error?.desc, `seed ${seed}: ${name} ${JSON.stringify(args)}`);
    }
  } finally {
    await qemu.stop();
  }
});
