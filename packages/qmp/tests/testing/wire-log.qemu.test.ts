import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Chardev, connect } from 'qmp';
import type { Api } from 'qmp/api';
import { openChardev } from 'qmp/chardev';
import { formatWireLog, parseWireLog, recordWire, replayWire, type WireEntry } from 'qmp/testing';

/** The code that is recorded with QEMU, and then tested without. */
async function operate(chardev: Chardev): Promise<unknown[]> {
  await using vm = await connect<Api>(chardev);
  const stopped = vm.waitFor('STOP');
  const before = await vm.execute('query-status');
  await vm.execute('stop');
  const secret = { 'qom-type': 'secret', id: 's', data: 'geheim' } as const;
  await vm.execute('object-add', secret);
  const failure = await vm.execute('object-add', secret).catch((error: Error) => error.message);
  return [before, (await stopped).event, failure, (await vm.execute('query-qmp-schema')).length];
}

test('code that was recorded with real QEMU gets the same from the log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'qmp-wire-log-'));
  const path = join(folder, 'q');
  const args = ['-M', 'none', '-nodefaults', '-display', 'none', '-qmp', `unix:${path},server=on,wait=off`];
  const qemu = spawn('qemu-system-x86_64', args);
  const gone = new Promise((resolve) => qemu.once('exit', resolve));
  const log: WireEntry[] = [];
  let live: unknown[];
  try {
    let chardev: Chardev | undefined;
    while (chardev === undefined) chardev = await openChardev(`unix:${path}`).catch(() => undefined);
    live = await operate(recordWire(chardev, (entry) => log.push(entry)));
  } finally {
    qemu.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true });
  }
  const text = formatWireLog(log);
  ok(!text.includes('geheim'));
  const replay = replayWire(parseWireLog(text));
  deepEqual(await operate(replay.chardev), live);
  await replay.finished;
  equal(live[1], 'STOP');
});
