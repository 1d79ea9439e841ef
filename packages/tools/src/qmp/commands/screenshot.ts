import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { screendumpTo } from 'qmp';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { interruptible, pause } from '../../cli/interrupt.js';
import { withClient } from '../../cli/open-client.js';
import { flag, secondsOption, textOption } from '../../cli/options.js';
import { putJson } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';

/** `qmp screenshot`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'a file');
  const [file = ''] = rest;
  if (file === '-' && flag(call, 'json')) throw new UsageError('a picture and JSON cannot both go to the output');
  const device = textOption(call, 'device');
  const interval = secondsOption(call, 'interval') ?? 1000;
  const folder = await mkdtemp(join(tmpdir(), 'qmp-screenshot-'));
  const shared = { name: join(folder, 'screen'), read: () => readShared(join(folder, 'screen')) };
  try {
    return await withClient(call, address, (client) =>
      interruptible(async (signal) => {
        do {
          const png = await screendumpTo(client, shared, device === undefined ? {} : { device });
          await save(call, png, file);
          if (flag(call, 'json')) putJson(call, { file, bytes: png.length, ...sizeOf(png) });
          if (flag(call, 'watch')) await pause(interval, signal);
        } while (flag(call, 'watch') && !signal.aborted);
        return exitCode.done;
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Width and height of a picture, from its header, which begins at byte 16. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

async function readShared(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = (error as Error).message;
    throw new UsageError(
      `the server saved its screen where this tool cannot read it: ${why}`,
      'run it on the same machine',
    );
  }
}

/** Writes beside the file and renames, so that a viewer never sees half a picture. */
async function save(call: Invocation, png: Uint8Array, file: string): Promise<void> {
  if (file === '-') {
    call.io.output.write(png);
    return;
  }
  const path = resolve(file);
  const beside = join(dirname(path), `.${process.pid}.screenshot.png`);
  try {
    await writeFile(beside, png);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw new UsageError(`the picture cannot be saved: ${(error as Error).message}`);
  }
}
