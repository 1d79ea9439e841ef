import { type JsonObject, type JsonValue, stringify } from '../json/index.js';
import type { VersionInfo } from '../protocol/index.js';
import { keptLength, Prepared, type PrintOptions } from './prepared.js';
import type { CommandResult, RaisedEvent } from './result.js';

/** Prints whole messages as one kind of session wants them. The envelope's members always have QEMU's order. */
export class Printer {
  readonly options: PrintOptions;
  readonly #pretty: boolean;
  readonly #names = new Map<string, string>();
  #greeting: string | undefined;

  constructor(options: PrintOptions) {
    this.options = options;
    this.#pretty = options.pretty;
  }

  reply(result: CommandResult, id: JsonValue | undefined): string {
    if (this.#pretty) return this.#lines(id === undefined ? { return: plain(result) } : { return: plain(result), id });
    const text = result instanceof Prepared ? result.text(this.options.order) : this.#value(result ?? {});
    return id === undefined ? `{"return": ${text}}\r\n` : `{"return": ${text}, "id": ${this.#value(id)}}\r\n`;
  }

  /** A long prepared result goes out in two pieces: bytes that are kept, and the rest of the reply. */
  longReply(result: CommandResult, id: JsonValue | undefined): { head: Uint8Array; tail: string } | undefined {
    if (this.#pretty || !(result instanceof Prepared)) return undefined;
    const { order } = this.options;
    if (result.text(order).length < keptLength) return undefined;
    return { head: result.replyHead(order), tail: id === undefined ? '}\r\n' : `, "id": ${this.#value(id)}}\r\n` };
  }

  error(errorClass: string, desc: string, id: JsonValue | undefined): string {
    const error = { class: errorClass, desc };
    if (this.#pretty) return this.#lines(id === undefined ? { error } : { id, error });
    const text = `"error": {"class": "${errorClass}", "desc": ${stringify(desc)}}}\r\n`;
    return id === undefined ? `{${text}` : `{"id": ${this.#value(id)}, ${text}`;
  }

  event(event: RaisedEvent): string {
    const { timestamp, data } = event;
    const hasData = data !== undefined && !isEmpty(data);
    if (this.#pretty) {
      const { seconds, microseconds } = timestamp;
      const head = { timestamp: { seconds, microseconds }, event: event.event };
      return this.#lines(hasData ? { ...head, data } : head);
    }
    const time = `{"seconds": ${timestamp.seconds}, "microseconds": ${timestamp.microseconds}}`;
    const tail = hasData ? `, "data": ${this.#value(data)}` : '';
    return `{"timestamp": ${time}, "event": ${this.#name(event.event)}${tail}}\r\n`;
  }

  /** A monitor greets all its clients alike: printed once. */
  greeting(version: VersionInfo, capabilities: readonly string[]): string {
    this.#greeting ??= this.#printGreeting(version, capabilities);
    return this.#greeting;
  }

  #printGreeting(version: VersionInfo, capabilities: readonly string[]): string {
    const { micro, minor, major } = version.qemu;
    const value = { QMP: { version: { qemu: { micro, minor, major }, package: version.package }, capabilities } };
    return `${stringify(value, { pretty: this.#pretty })}\r\n`;
  }

  /** Names of events are few: each is printed once. */
  #name(event: string): string {
    let text = this.#names.get(event);
    if (text === undefined) {
      text = stringify(event);
      if (this.#names.size < 1000) this.#names.set(event, text);
    }
    return text;
  }

  #value(value: JsonValue): string {
    return stringify(value, this.options.order === 'given' ? undefined : this.options);
  }

  #lines(value: JsonValue): string {
    return `${stringify(value, this.options)}\r\n`;
  }
}

function plain(result: CommandResult): JsonValue {
  return result instanceof Prepared ? result.value : (result ?? {});
}

function isEmpty(object: JsonObject): boolean {
  for (const name in object) if (object[name] !== undefined) return false;
  return true;
}
