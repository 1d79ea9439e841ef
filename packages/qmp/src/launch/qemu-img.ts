/** The program `qemu-img` with types. */
import { spawn } from 'node:child_process';
import { QmpError } from '../protocol/errors.js';
import { describeExit, ExitError } from './exit.js';

export interface QemuImgOptions {
  /** @default 'qemu-img' */
  readonly binary?: string;
  /** Ends the program. What it was writing is left incomplete. */
  readonly signal?: AbortSignal;
}

/** What `qemu-img info` says; sizes in bytes. Members that are not listed are kept. */
export interface ImageInfo {
  readonly filename: string;
  readonly format: string;
  readonly 'virtual-size': number;
  readonly 'actual-size'?: number;
  readonly 'backing-filename'?: string;
  readonly snapshots?: readonly { readonly id: string; readonly name: string; readonly 'vm-state-size': number }[];
  readonly [member: string]: unknown;
}

/** What `qemu-img check` says. Absent counts are zero. */
export interface ImageCheck {
  readonly filename: string;
  readonly format: string;
  readonly 'check-errors': number;
  readonly corruptions?: number;
  readonly leaks?: number;
  readonly [member: string]: unknown;
}

/** Runs `qemu-img`. Every method rejects with an {@link ExitError} that has the program's own words when it fails. */
export class QemuImg {
  readonly #options: QemuImgOptions;

  constructor(options: QemuImgOptions = {}) {
    this.#options = options;
  }

  /** Makes an image. @param size bytes, or with a suffix: `10G`; absent with a backing file, whose size it takes. */
  async create(
    path: string,
    format: string,
    size?: number | string,
    options: { readonly backing?: { readonly path: string; readonly format: string }; readonly options?: string } = {},
  ): Promise<void> {
    const { backing } = options;
    const from = backing === undefined ? [] : ['-b', backing.path, '-F', backing.format];
    const extra = options.options === undefined ? [] : ['-o', options.options];
    await this.#run([
      'create',
      '-q',
      '-f',
      format,
      ...from,
      ...extra,
      '--',
      path,
      ...(size === undefined ? [] : [String(size)]),
    ]);
  }

  async info(path: string): Promise<ImageInfo> {
    return JSON.parse((await this.#run(['info', '--output=json', '--', path])).stdout) as ImageInfo;
  }

  /** Copies an image into another format. @param onProgress gets per cent, 0 to 100. */
  async convert(source: string, target: string, format: string, onProgress?: (percent: number) => void): Promise<void> {
    await this.#run(['convert', '-p', '-O', format, '--', source, target], [0], (text) => {
      for (const match of text.matchAll(/\((\d+(?:\.\d+)?)\/100%\)/g)) onProgress?.(Number(match[1]));
    });
  }

  /** Checks an image. Leaks and corruptions are in the result, not errors. */
  async check(path: string): Promise<ImageCheck> {
    // Exit code 2 means corruptions, 3 leaks: both come with the report.
    return JSON.parse((await this.#run(['check', '--output=json', '--', path], [0, 2, 3])).stdout) as ImageCheck;
  }

  /** Makes, applies or deletes an internal snapshot. */
  async snapshot(action: 'create' | 'apply' | 'delete', path: string, name: string): Promise<void> {
    const flag = { create: '-c', apply: '-a', delete: '-d' }[action];
    await this.#run(['snapshot', flag, name, '--', path]);
  }

  #run(args: readonly string[], accepted = [0], onOutput?: (text: string) => void): Promise<{ stdout: string }> {
    const { binary = 'qemu-img', signal } = this.#options;
    const child = spawn(binary, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (onOutput === undefined) stdout += text;
      else onOutput(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-65_536);
    });
    return new Promise((resolve, reject) => {
      let failure: QmpError | undefined;
      child.once('error', (cause: Error & { code?: string }) => {
        failure = cannotRun(binary, cause);
      });
      child.once('close', (code, ended) => {
        const exit = { code, signal: ended, stderr };
        if (failure !== undefined) reject(failure);
        else if (code !== null && accepted.includes(code)) resolve({ stdout });
        else reject(new ExitError('QMP_LAUNCH_FAILED', `${binary} ${args[0]} ${describeExit(exit)}`, exit));
      });
    });
  }
}

function cannotRun(binary: string, cause: Error & { code?: string }): QmpError {
  if (cause.name === 'AbortError') return new QmpError('QMP_ABORTED', `${binary} was aborted`, { cause });
  const why = cause.code === 'ENOENT' ? 'there is no such program' : cause.message;
  return new QmpError('QMP_LAUNCH_FAILED', `cannot start ${binary}: ${why}`, {
    cause,
    hint: 'Install it (Debian: apt-get install qemu-utils), or name another with {binary}.',
  });
}
