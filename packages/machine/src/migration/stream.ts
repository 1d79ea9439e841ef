import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { PAGE_SIZE, type PageBatch } from '../emulator/memory-copy.js';
import { MachineError } from '../machine/errors.js';

/*
 * A machine's state on its way: the magic, the version of the format, and sections of a type, a length and a body, all
 * numbers little-endian. The first section is the configuration, the last one the end.
 */

const MAGIC = new TextEncoder().encode('QMPTSVM\n');
/** 1 was one piece, without sections. */
const VERSION = 2;
const HEADER = MAGIC.length + 4;
const SECTION_HEADER = 5;
const TYPES = { configuration: 1, pages: 2, devices: 3, end: 4 } as const;
/** No section is longer: the devices have 8 MiB of video memory before they are packed. */
const SECTION_LIMIT = 64 << 20;

/** What is said of a stream that ends too early. */
export const CUT_SHORT = 'The migration stream ended before the state was complete';

/** Which machine this is. Another one must be alike in all of it. */
export type Configuration = Readonly<Record<string, string | number>>;

/** A part of a machine's state. */
export type Section =
  | { readonly type: 'configuration'; readonly configuration: Configuration }
  | { readonly type: 'pages'; readonly batch: Omit<PageBatch, 'taken'> }
  | { readonly type: 'devices'; readonly state: Uint8Array }
  /** Whether the guest ran when it left. */
  | { readonly type: 'end'; readonly running: boolean };

/** What a stream begins with. */
export function streamHeader(): Uint8Array {
  const header = new Uint8Array(HEADER);
  header.set(MAGIC);
  new DataView(header.buffer).setUint32(MAGIC.length, VERSION, true);
  return header;
}

/** One section as it goes over the wire. */
export async function packSection(section: Section): Promise<Uint8Array> {
  const body = await packBody(section);
  const bytes = new Uint8Array(SECTION_HEADER + body.length);
  bytes[0] = TYPES[section.type];
  new DataView(bytes.buffer).setUint32(1, body.length, true);
  bytes.set(body, SECTION_HEADER);
  return bytes;
}

async function packBody(section: Section): Promise<Uint8Array> {
  switch (section.type) {
    case 'configuration':
      return new TextEncoder().encode(JSON.stringify(section.configuration));
    case 'pages':
      return packPages(section.batch);
    case 'devices':
      return promisify(deflate)(section.state, { level: 1 });
    case 'end':
      return Uint8Array.of(section.running ? 1 : 0);
    default:
      return section satisfies never;
  }
}

function packPages({ zeros, pages, data }: Omit<PageBatch, 'taken'>): Uint8Array {
  const bytes = new Uint8Array(8 + 4 * (zeros.length + pages.length) + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, zeros.length, true);
  view.setUint32(4, pages.length, true);
  [...zeros, ...pages].forEach((page, index) => {
    view.setUint32(8 + 4 * index, page, true);
  });
  bytes.set(data, bytes.length - data.length);
  return bytes;
}

/**
 * Reads a machine's state, section by section, the end included.
 *
 * @throws {MachineError} when this is no such state, one of another version, or not all of it.
 */
export async function* readSections(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Section> {
  const reader = new ByteReader(stream);
  const header = await reader.read(HEADER);
  if (header === undefined || MAGIC.some((byte, index) => header[index] !== byte))
    throw new MachineError('Not a migration stream');
  const version = viewOf(header).getUint32(MAGIC.length, true);
  if (version !== VERSION)
    throw new MachineError(`Unsupported migration stream version ${version}: this is ${VERSION}`);
  for (;;) {
    const head = await reader.read(SECTION_HEADER);
    if (head === undefined) throw new MachineError(CUT_SHORT);
    const length = viewOf(head).getUint32(1, true);
    if (length > SECTION_LIMIT) throw damaged(`a section of ${length} bytes`);
    const body = await reader.read(length);
    if (body === undefined) throw new MachineError(CUT_SHORT);
    const section = await unpackSection(head[0] ?? 0, body);
    yield section;
    if (section.type === 'end') return;
  }
}

async function unpackSection(type: number, body: Uint8Array): Promise<Section> {
  switch (type) {
    case TYPES.configuration:
      return { type: 'configuration', configuration: readConfiguration(body) };
    case TYPES.pages:
      return { type: 'pages', batch: unpackPages(body) };
    case TYPES.devices:
      return { type: 'devices', state: new Uint8Array(await inflated(body)) };
    case TYPES.end:
      return { type: 'end', running: body[0] === 1 };
    default:
      throw damaged(`a section of the unknown type ${type}`);
  }
}

function readConfiguration(body: Uint8Array): Configuration {
  const value: unknown = parseJson(new TextDecoder().decode(body));
  if (typeof value !== 'object' || value === null) throw damaged('a configuration that cannot be read');
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, typeof part === 'number' ? part : String(part)]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function inflated(body: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(inflate)(body, { maxOutputLength: SECTION_LIMIT });
  } catch {
    throw damaged('devices that cannot be unpacked');
  }
}

function unpackPages(body: Uint8Array): Omit<PageBatch, 'taken'> {
  if (body.length < 8) throw damaged('pages that are cut short');
  const view = viewOf(body);
  const zeros = view.getUint32(0, true);
  const pages = view.getUint32(4, true);
  if (body.length !== 8 + 4 * (zeros + pages) + pages * PAGE_SIZE) throw damaged('pages that are cut short');
  const numbers = Uint32Array.from({ length: zeros + pages }, (_, index) => view.getUint32(8 + 4 * index, true));
  return {
    zeros: numbers.slice(0, zeros),
    pages: numbers.slice(zeros),
    data: body.slice(body.length - pages * PAGE_SIZE),
  };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function damaged(what: string): MachineError {
  return new MachineError(`The migration stream is damaged: ${what}`);
}

/** Takes exact amounts from a stream of chunks. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** @returns undefined when the stream ends before. */
  async read(length: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [this.#rest];
    let available = this.#rest.length;
    while (available < length) {
      const { value, done } = await this.#chunks.next();
      if (done) return undefined;
      parts.push(value);
      available += value.length;
    }
    const bytes = parts.length === 1 ? this.#rest : Buffer.concat(parts, available);
    this.#rest = bytes.subarray(length);
    return bytes.subarray(0, length);
  }
}
