import { type AttachOptions, createMonitor, type Monitor, type MonitorOptions, type MonitorSession } from 'qmp/monitor';
import type { Chardev } from 'qmp/protocol';
import { memoryChardevs } from 'qmp/testing';

export const version = { qemu: { micro: 22, minor: 2, major: 7 }, package: 'test' };

/** The raw client end of a session: text goes out, text comes in. */
export class RawClient {
  readonly chardev: Chardev;
  text = '';
  ended = false;
  closedWith: Error | undefined;
  closed = false;
  #wake: () => void = () => {};

  constructor(chardev: Chardev) {
    this.chardev = chardev;
    const decoder = new TextDecoder();
    chardev.start({
      data: (chunk) => {
        this.text += decoder.decode(chunk);
        this.#wake();
      },
      end: () => {
        this.ended = true;
        this.#wake();
      },
      drain() {},
      close: (error) => {
        this.closed = true;
        this.closedWith = error;
        this.#wake();
      },
    });
  }

  send(text: string): void {
    this.chardev.write(text);
  }

  /** Waits until the condition holds for what arrived. */
  async until(condition: (client: RawClient) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Takes the next line, without its end. */
  async line(): Promise<string> {
    await this.until(() => this.text.includes('\r\n'));
    const end = this.text.indexOf('\r\n');
    const line = this.text.slice(0, end);
    this.text = this.text.slice(end + 2);
    return line;
  }

  /** Takes so many lines. */
  async lines(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push(await this.line());
    return lines;
  }

  /** Sends and takes one line. */
  async ask(text: string): Promise<string> {
    this.send(text);
    return await this.line();
  }
}

/** Attaches a client to a monitor and goes as far as `start` says. */
export async function join(
  monitor: Monitor,
  start: 'raw' | 'greeted' | 'negotiated' | 'oob' = 'negotiated',
  options: AttachOptions & { chunk?: number } = {},
): Promise<RawClient & { session: MonitorSession }> {
  const { chunk, ...attach } = options;
  const [near, far] = memoryChardevs(chunk === undefined ? {} : { chunk });
  const session = monitor.attach(far, attach);
  const client = Object.assign(new RawClient(near), { session });
  if (start === 'raw') return client;
  await client.line();
  if (start === 'greeted') return client;
  const enable = start === 'oob' ? ', "arguments": {"enable": ["oob"]}' : '';
  await client.ask(`{"execute": "qmp_capabilities"${enable}}`);
  return client;
}

/** A monitor with some commands that tests need. */
export function testMonitor(options: Partial<MonitorOptions> = {}): Monitor {
  return createMonitor({ version, ...options });
}

/** A command that answers when told to. */
export function gate(): { promise: Promise<void>; open: () => void } {
  let open: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** Lets everything that is on its way arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
