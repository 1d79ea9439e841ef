import { readFileSync } from 'node:fs';
import type { Chardev } from 'qmp';
import { type ChardevSpec, listenChardev, parseAddress } from 'qmp/chardev';
import type { ChardevListener } from 'qmp/protocol';
import { QmpError } from 'qmp/protocol';
import { parseWireLog, replayWire, type WireEntry } from 'qmp/testing';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { interruptible } from '../../cli/interrupt.js';
import { plainPath } from '../../cli/open-client.js';
import { flag } from '../../cli/options.js';
import { putJson } from '../../cli/put.js';

/** `qmp replay`. */
export async function run(call: Invocation): Promise<number> {
  const [file = '', address = ''] = call.args;
  const entries = parseWireLog(readLog(file));
  const listener = await listenChardev(serverSpec(address));
  if (flag(call, 'json')) putJson(call, { listening: listener.label });
  else call.io.errors.write(`listening on ${listener.label}\n`);
  try {
    return await interruptible(async (signal) => {
      let code: number = exitCode.done;
      while (!signal.aborted) {
        const peer = await nextClient(listener, signal);
        if (peer === undefined) break;
        code = await play(call, entries, peer);
        if (flag(call, 'once')) return code;
      }
      return exitCode.done;
    });
  } finally {
    await listener.close();
  }
}

/** An address means the end that connects; here it is the end that listens. */
function serverSpec(address: string): ChardevSpec {
  const spec = parseAddress(plainPath(address));
  if (spec.backend !== 'socket')
    throw new UsageError(`nobody can connect to '${address}'`, 'give a socket path or host:port');
  return { ...spec, server: true, wait: false };
}

/** The next client, or undefined when Ctrl-C came first. */
async function nextClient(listener: ChardevListener, signal: AbortSignal): Promise<Chardev | undefined> {
  try {
    return await listener.next(signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function play(call: Invocation, entries: readonly WireEntry[], peer: Chardev): Promise<number> {
  const { chardev, finished } = replayWire(entries);
  join(peer, chardev);
  join(chardev, peer);
  try {
    await finished;
    if (flag(call, 'json')) putJson(call, { client: 'done' });
    return exitCode.done;
  } catch (error) {
    if (!QmpError.is(error)) throw error;
    if (flag(call, 'json')) putJson(call, { client: 'strayed', why: error.message });
    else call.io.errors.write(`${call.tool}: ${error.message}\n`);
    return exitCode.refused;
  } finally {
    await Promise.all([peer.close(), chardev.close()]);
  }
}

/** Passes on what comes out of one chardev to another, at the pace of the slower one. */
function join(from: Chardev, to: Chardev): void {
  from.start({
    data: (chunk) => void to.write(chunk.slice()),
    end: () => to.end(),
    drain: () => to.resume(),
    close: () => void to.close(),
  });
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the wire log cannot be read: ${(error as Error).message}`);
  }
}
