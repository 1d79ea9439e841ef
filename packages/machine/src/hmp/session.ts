import type { Chardev, ChardevListener } from 'qmp/protocol';
import { LineEditor } from './line-editor.js';

/** What a session of the human monitor works with. */
export interface HmpSessionHost {
  /** The first line that a client sees. */
  readonly banner: string;
  run(line: string): Promise<string>;
  complete(line: string): readonly string[];
  /** Whether the machine has quit: no prompt any more. */
  over(): boolean;
}

export const PROMPT = '(qemu) ';

/** Serves the human monitor to the clients of a chardev, one after the other, until the listener is closed. */
export async function serveHumanMonitor(clients: ChardevListener, host: HmpSessionHost): Promise<void> {
  for (;;) {
    const client = await clients.next();
    if (client === undefined) return;
    await serveClient(client, host);
  }
}

function serveClient(client: Chardev, host: HmpSessionHost): Promise<void> {
  const decoder = new TextDecoder();
  const write = (text: string) => {
    client.write(text);
  };
  const editor = new LineEditor({
    prompt: PROMPT,
    write,
    complete: (line) => host.complete(line),
    line: (line) => {
      void execute(line);
    },
  });
  const execute = async (line: string) => {
    try {
      write((await host.run(line)).replaceAll('\n', '\r\n'));
    } catch (error) {
      write(`Error: ${error instanceof Error ? error.message : String(error)}\r\n`);
    }
    if (!host.over()) editor.ready();
  };
  return new Promise((resolve) => {
    client.start({
      data: (chunk) => editor.input(decoder.decode(chunk, { stream: true })),
      end: () => {},
      drain: () => {},
      close: () => resolve(),
    });
    write(`${host.banner}\r\n`);
    editor.ready();
  });
}
