import { type AnyApi, type ConnectOptions, connect, type QmpClient } from 'qmp';
import { type JsonObject, JsonReader, type JsonValue } from 'qmp/json';
import type { Chardev } from 'qmp/protocol';
import { memoryChardevs } from 'qmp/testing';

export const GREETING =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "test"}, "capabilities": ["oob"]}}\r\n';

/** The bare end of a wire: what the client sent, and a way to say anything, right or wrong. */
export class Peer {
  readonly sent: JsonObject[] = [];
  readonly wire: Chardev;
  closed = false;
  text = '';
  #waiting: { count: number; resolve: () => void }[] = [];
  /** Answers a command; undefined stays silent. */
  answer: (command: JsonObject) => string | undefined = () => undefined;

  constructor(wire: Chardev) {
    this.wire = wire;
    const reader = new JsonReader({ message: (value) => this.#take(value as JsonObject), error: () => undefined });
    wire.start({
      data: (chunk) => {
        this.text += new TextDecoder('latin1').decode(chunk);
        reader.push(chunk);
      },
      end: () => void wire.close(),
      drain: () => undefined,
      close: () => {
        this.closed = true;
      },
    });
  }

  say(text: string): void {
    this.wire.write(text);
  }

  reply(id: JsonValue | undefined, value: JsonValue = {}): void {
    this.say(`${JSON.stringify({ return: value, ...(id === undefined ? {} : { id }) })}\r\n`);
  }

  event(event: string, data?: JsonObject): void {
    this.say(`${JSON.stringify({ timestamp: { seconds: 1, microseconds: 2 }, event, ...(data && { data }) })}\r\n`);
  }

  /** Resolves when the client has sent that many commands. */
  async received(count: number): Promise<JsonObject> {
    if (this.sent.length < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    return this.sent[count - 1] as JsonObject;
  }

  #take(command: JsonObject): void {
    if (command.execute === 'qmp_capabilities') {
      this.reply(command.id);
      return;
    }
    this.sent.push(command);
    const answer = this.answer(command);
    if (answer !== undefined) this.say(answer);
    for (const waiter of this.#waiting) if (this.sent.length >= waiter.count) waiter.resolve();
    this.#waiting = this.#waiting.filter(({ count }) => this.sent.length < count);
  }
}

/** A running client and the bare peer at the other end of its wire. */
export async function pair(options: ConnectOptions = {}): Promise<{ client: QmpClient; peer: Peer }> {
  const [near, far] = memoryChardevs();
  const peer = new Peer(far);
  peer.say(GREETING);
  return { client: await connect<AnyApi>(near, options), peer };
}
