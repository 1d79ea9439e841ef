/**
 * Argument checks of QEMU 7.2's whole schema: time to compile, and time for one check.
 *
 *   node bench/qapi/validators.mjs [rounds]
 */
import { readFileSync } from 'node:fs';
import { compileValidators } from 'qapi';
import { interleave } from '../lib/rounds.mjs';

const rounds = Number(process.argv[2] ?? 15);
const repeat = 20_000;
const table = JSON.parse(
  readFileSync(new URL('../../conformance/qemu-7.2/system.table.json', import.meta.url), 'utf8'),
);

const disk = {
  driver: 'qcow2',
  'node-name': 'disk0',
  file: { driver: 'file', filename: '/images/disk0.qcow2', aio: 'native', cache: { direct: true } },
};
const keys = Array.from({ length: 32 }, () => ({ type: 'qcode', data: 'a' }));
const cases = [
  ['query-status', 'no arguments', {}],
  ['query-status', 'one too many', { verbose: true }],
  ['set_link', 'two members', { name: 'net0', up: true }],
  ['blockdev-add', 'a union in a union', disk],
  ['blockdev-add', 'a fault deep inside', { ...disk, file: { ...disk.file, aio: 'fast' } }],
  ['send-key', '32 unions in an array', { keys }],
];

const start = process.hrtime.bigint();
const validators = compileValidators(table);
for (const [name, , args] of cases) validators.get(name)(args);
console.log(
  `compile ${validators.size} commands and check each case once: ${(Number(process.hrtime.bigint() - start) / 1e6).toFixed(2)} ms`,
);

const variants = Object.fromEntries(
  cases.map(([name, what, args]) => {
    const validate = validators.get(name);
    const run = () => {
      for (let index = 0; index < repeat; index++) validate(args);
      return repeat;
    };
    return [`${name}: ${what}`, run];
  }),
);
for (const { name, perSecond } of await interleave(variants, { rounds })) {
  console.log(`  ${name.padEnd(36)} ${(1e6 / perSecond).toFixed(3).padStart(8)} µs`);
}
