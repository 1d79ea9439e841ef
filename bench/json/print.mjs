/**
 * Printing: replies as QEMU prints them and commands in their shortest form, beside JSON.stringify, which does neither
 * (no blanks, no ASCII escapes, integers rounded). Processor time is measured. Needs QEMU for the schema reply.
 *
 *   node bench/json/print.mjs [rounds]
 */
import { encodeCompact, stringify } from 'qmp/json';
import { cpuSeconds, interleave, report } from '../lib/rounds.mjs';
import { recordSchema } from './session.mjs';

const rounds = Number(process.argv[2] ?? 15);
const status = { return: { status: 'running', singlestep: false, running: true }, id: 17 };
const command = {
  execute: 'blockdev-add',
  arguments: { driver: 'qcow2', 'node-name': 'disk0', file: { driver: 'file', filename: '/vm/disk0.qcow2' } },
  id: 17,
};
const schema = JSON.parse((await recordSchema()).toString());

/** Prints a value until about half a megabyte came out, and counts its characters. */
function variant(print, value) {
  const times = Math.ceil(500_000 / print(value).length);
  return () => {
    let characters = 0;
    for (let index = 0; index < times; index++) characters += print(value).length;
    return characters;
  };
}

for (const [title, value] of Object.entries({
  'query-status reply': status,
  'blockdev-add command': command,
  'schema reply': schema,
})) {
  const variants = {
    'JSON.stringify': variant(JSON.stringify, value),
    stringify: variant((item) => stringify(item), value),
    'stringify, order of QEMU': variant((item) => stringify(item, { order: 'qemu' }), value),
    'stringify, pretty': variant((item) => stringify(item, { pretty: true }), value),
    encodeCompact: variant(encodeCompact, value),
  };
  report(title, await interleave(variants, { rounds, clock: cpuSeconds }), { scale: 1e6, unit: 'MB/s' });
}
