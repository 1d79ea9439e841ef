/** The recorded cases that need nothing but JSON, framing and the shape of a message: bytes in, bytes out. */
import { readFileSync } from 'node:fs';
import type { JsonObject, JsonValue } from 'qmp/json';
import { hashOrder, stringify } from 'qmp/json';
import { memberNames } from '#src/json/member-order.js';

type Part = string | { repeat: string; times: number } | { hex: string; times: number };

interface Step {
  send?: string | Part[];
  sendHex?: string;
  expectRaw?: string | Part[];
}

interface Case {
  name: string;
  start?: string;
  launch?: { pretty?: boolean };
  tags?: string[];
  steps: Step[];
}

/** One recorded conversation as two runs of bytes. */
export interface Recording {
  readonly name: string;
  readonly pretty: boolean;
  readonly input: Uint8Array;
  readonly output: string;
}

const groups = [
  'framing',
  'id',
  'json-limits',
  'json-numbers',
  'json-resync',
  'json-strings',
  'json-structure',
  'json-utf8',
  'json-whitespace',
  'output-format',
  'pretty',
];

/** Commands that the recordings execute successfully, and what a machine without a name returns. */
const known: Readonly<Record<string, JsonValue>> = { 'query-name': {} };

/** Reads the cases that this responder can answer: negotiated sessions and commands it knows. */
export function readRecordings(): Recording[] {
  return groups.flatMap((group) => {
    const url = new URL(`../../../../conformance/cases/public/${group}.json`, import.meta.url);
    const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { cases: Case[] };
    return cases.filter(isAnswerable).map((item) => ({
      name: `${group}/${item.name}`,
      pretty: item.launch?.pretty ?? false,
      input: Buffer.concat(item.steps.map(inputOf)),
      output: Buffer.concat(item.steps.map((step) => join(step.expectRaw ?? ''))).toString('latin1'),
    }));
  });
}

function isAnswerable(item: Case): boolean {
  const commands = [...JSON.stringify(item.steps).matchAll(/execute\\": *\\"([^"\\]*)\\"/g)].map(
    (match) => match[1] ?? '',
  );
  const real = ['quit', 'stop', 'cont', 'query-status', 'query-yank', 'qmp_capabilities'];
  return item.start === undefined && !commands.some((command) => real.includes(command));
}

function inputOf(step: Step): Buffer {
  return step.sendHex === undefined ? join(step.send ?? '') : Buffer.from(step.sendHex, 'hex');
}

function join(parts: string | Part[]): Buffer {
  if (typeof parts === 'string') return Buffer.from(parts);
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part);
      const bytes = 'hex' in part ? Buffer.from(part.hex, 'hex') : Buffer.from(part.repeat);
      return Buffer.alloc(bytes.length * part.times, bytes);
    }),
  );
}

/** What a monitor would say to one message, as far as shape and {@link known} commands go. */
export function respond(message: JsonValue): JsonObject {
  if (typeof message !== 'object' || message === null || Array.isArray(message) || !isPlain(message)) {
    return failure('QMP input must be a JSON object');
  }
  const id = message.id;
  const envelope = (body: JsonObject) => (id === undefined ? body : { ...body, id });
  const complaint = checkShape(message);
  if (complaint !== undefined) return envelope(failure(complaint));
  const name = String(message.execute);
  const result = Object.hasOwn(known, name) ? known[name] : undefined;
  const [extra] = Object.keys((message.arguments as JsonObject | undefined) ?? {});
  if (result !== undefined && extra !== undefined) return envelope(failure(`Parameter '${extra}' is unexpected`));
  if (result !== undefined) return envelope({ return: result });
  return envelope(failure(`The command ${name} has not been found`, 'CommandNotFound'));
}

function isPlain(value: object): value is JsonObject {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function checkShape(message: JsonObject): string | undefined {
  for (const name of hashOrder(memberNames(message))) {
    const value = message[name];
    if (name === 'id') continue;
    if (name === 'execute') {
      if (typeof value !== 'string') return "QMP input member 'execute' must be a string";
    } else if (name === 'arguments') {
      if (typeof value !== 'object' || value === null || !isPlain(value))
        return "QMP input member 'arguments' must be an object";
    } else {
      return `QMP input member '${name}' is unexpected`;
    }
  }
  return 'execute' in message ? undefined : "QMP input lacks member 'execute'";
}

/** The reply to an input that is not a message. */
export function failure(desc: string, name = 'GenericError'): JsonObject {
  return { error: { class: name, desc } };
}

/** Prints a reply as the recorded monitor did. */
export function print(reply: JsonObject, pretty: boolean): string {
  return `${stringify(reply, { pretty, order: 'qemu' })}\r\n`;
}
