/**
 * Parsing of recorded sessions: our reader as a client and as a monitor uses it, beside the loops that people write.
 * Processor time is measured. Needs qemu-system-x86_64 (or another in $QEMU) to record from.
 *
 *   node bench/json/parse.mjs [rounds]
 */
import { JsonReader } from 'qmp/json';
import { cpuSeconds, interleave, report } from '../lib/rounds.mjs';
import { parseByDepth, parseLines } from './baselines.mjs';
import { recordSchema, recordSession } from './session.mjs';

const rounds = Number(process.argv[2] ?? 15);
const chunkSize = 64 * 1024;
const asClient = { strict: false };
const asMonitor = { doubles: 'keep' };

function cut(bytes) {
  const chunks = [];
  for (let at = 0; at < bytes.length; at += chunkSize) chunks.push(bytes.subarray(at, at + chunkSize));
  return chunks;
}

function read(chunks, options) {
  let messages = 0;
  const fail = (error) => {
    throw new Error(error.message);
  };
  const reader = new JsonReader({ message: () => messages++, error: fail }, options);
  for (const chunk of chunks) reader.push(chunk);
  return messages;
}

/** Repeats a variant until it did about 4 MB, checks that it found all messages, and counts bytes. */
function variant(bytes, expected, work) {
  const times = Math.max(1, Math.round(4e6 / bytes.length));
  return () => {
    for (let index = 0; index < times; index++) {
      const messages = work();
      if (messages !== expected) throw new Error(`${messages} messages instead of ${expected}`);
    }
    return times * bytes.length;
  };
}

async function compare(title, bytes, baselines) {
  const chunks = cut(bytes);
  const expected = parseByDepth(chunks);
  const works = {
    ...baselines(chunks),
    'JsonReader, client': () => read(chunks, asClient),
    'JsonReader, monitor': () => read(chunks, asMonitor),
  };
  const variants = Object.fromEntries(
    Object.entries(works).map(([name, work]) => [name, variant(bytes, expected, work)]),
  );
  const size = `${(bytes.length / 1e6).toFixed(2)} MB, ${expected} messages`;
  report(`${title} (${size})`, await interleave(variants, { rounds, clock: cpuSeconds }), { scale: 1e6, unit: 'MB/s' });
}

const lines = (chunks) => ({
  'indexOf + JSON.parse': () => parseLines(chunks),
  'depth scan + JSON.parse': () => parseByDepth(chunks),
});
const countOne = (value) => (value === undefined ? 0 : 1);
const depth = (chunks) => ({ 'depth scan + JSON.parse': () => parseByDepth(chunks) });

await compare('small replies and events, one-line', await recordSession(), lines);
await compare('with schema replies, one-line', await recordSession({ schemas: 12 }), lines);
await compare('small replies and events, pretty', await recordSession({ pretty: true }), depth);
await compare('with schema replies, pretty', await recordSession({ pretty: true, schemas: 12 }), depth);
const schema = await recordSchema();
const text = schema.toString();
await compare('query-qmp-schema', schema, (chunks) => ({
  'JSON.parse alone, of a string': () => countOne(JSON.parse(text)),
  'JSON.parse alone, of the bytes': () => countOne(JSON.parse(schema.toString())),
  ...lines(chunks),
}));
