import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { QmpClient } from 'qmp';
import type { JsonObject } from 'qmp/json';
import { QmpError } from 'qmp/protocol';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { interruptible, pause } from '../../cli/interrupt.js';
import { withClient } from '../../cli/open-client.js';
import { flag, secondsOption, textOption } from '../../cli/options.js';
import { exactTarget } from '../../cli/target.js';
import { ppmToPng } from '../../output/ppm-to-png.js';

/** `qmp screenshot`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'a file');
  const [file = ''] = rest;
  const device = textOption(call, 'device');
  const args = device === undefined ? {} : { device };
  const interval = secondsOption(call, 'interval') ?? 1000;
  const folder = await mkdtemp(join(tmpdir(), 'qmp-screenshot-'));
  try {
    return await withClient(call, address, (client) =>
      interruptible(async (signal) => {
        do {
          await save(call, await capture(client, join(folder, 'screen'), args), file);
          if (flag(call, 'watch')) await pause(interval, signal);
        } while (flag(call, 'watch') && !signal.aborted);
        return exitCode.done;
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The screen as PNG bytes. Servers before 7.1 only write PPM. */
async function capture(client: QmpClient, path: string, args: JsonObject): Promise<Buffer> {
  try {
    await client.execute('screendump', { ...args, filename: path, format: 'png' });
  } catch (error) {
    if (!QmpError.is(error) || error.code !== 'QMP_COMMAND_FAILED' || !/format|png/i.test(error.message)) throw error;
    await client.execute('screendump', { ...args, filename: path });
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `the server saved its screen where this tool cannot read it: ${error.message}`,
      'run it on the same machine',
    );
  });
  return bytes.subarray(0, 2).toString() === 'P6' ? ppmToPng(bytes) : bytes;
}

/** Writes beside the file and renames, so that a viewer never sees half a picture. */
async function save(call: Invocation, png: Buffer, file: string): Promise<void> {
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
