import type { Operation } from 'qmp';
import { type JsonValue, stringify } from 'qmp/json';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { flag } from '../../cli/options.js';
import { printable } from '../../output/printable.js';

/** How far an operation is, for a progress bar. */
export interface Step {
  readonly current: number;
  readonly total: number;
  readonly note: string;
}

/**
 * Waits for an operation: with a bar on a terminal, with JSON lines for `--json`, silently otherwise. Ctrl-C asks
 * whether to leave it running or to cancel it; without a terminal it leaves it running.
 *
 * @returns the exit code.
 */
export async function followOperation<Result, Progress>(
  call: Invocation,
  label: string,
  operation: Operation<Result, Progress>,
  step: (progress: Progress) => Step,
): Promise<number> {
  const asJson = flag(call, 'json');
  const bar = call.io.errors.isTTY === true && !asJson ? await progressBar(call, label) : undefined;
  const updates = operation.updates();
  const drawing = (async () => {
    for await (const progress of updates) {
      const { current, total, note } = step(progress);
      if (asJson) call.io.output.write(`${stringify({ current, total, status: note } satisfies JsonValue)}\n`);
      else if (total > 0) bar?.update(current, total, note);
    }
  })();
  try {
    const code = await endOf(call, label, operation, () => bar?.stop());
    if (code === exitCode.done) await drawing;
    return code;
  } finally {
    updates[Symbol.dispose]();
    bar?.stop();
  }
}

interface Bar {
  update(current: number, total: number, note: string): void;
  stop(): void;
}

async function progressBar(call: Invocation, label: string): Promise<Bar> {
  const { default: progress } = await import('cli-progress');
  const columns = call.io.errors.columns ?? 80;
  const width = Math.max(5, Math.min(40, columns - label.length - 30));
  // On a narrow terminal the number comes first: what follows may not fit.
  const format =
    columns < 50 ? `{percentage} % ${printable(label)}` : `${printable(label)} [{bar}] {percentage} % {note}`;
  const bar = new progress.SingleBar(
    { format, stream: call.io.errors, barsize: width, hideCursor: true },
    progress.Presets.legacy,
  );
  let started = false;
  let stopped = false;
  return {
    update: (current, total, note) => {
      if (stopped) return;
      if (!started) bar.start(total, 0, { note: '' });
      started = true;
      bar.setTotal(total);
      bar.update(Math.min(current, total), { note: printable(note) });
    },
    stop: () => {
      if (started && !stopped) bar.stop();
      stopped = true;
    },
  };
}

/** Waits for the end of an operation, or for somebody who presses Ctrl-C and leaves it running. */
async function endOf<Result, Progress>(
  call: Invocation,
  label: string,
  operation: Operation<Result, Progress>,
  stopDrawing: () => void,
): Promise<number> {
  let resolve: (code: number) => void = () => undefined;
  const left = new Promise<number>((done) => {
    resolve = done;
  });
  let asking = false;
  const onSignal = (): void => {
    if (asking) {
      resolve(exitCode.interrupted);
      return;
    }
    asking = true;
    stopDrawing();
    askToCancel(call, label).then(
      async (cancel) => {
        asking = false;
        if (cancel) await operation.cancel().catch(() => resolve(exitCode.interrupted));
        else resolve(exitCode.interrupted);
      },
      () => resolve(exitCode.interrupted),
    );
  };
  process.on('SIGINT', onSignal);
  try {
    const ended = operation.done.then(() => exitCode.done as number);
    return await Promise.race([ended, left]);
  } finally {
    process.off('SIGINT', onSignal);
  }
}

async function askToCancel(call: Invocation, label: string): Promise<boolean> {
  const { input, errors } = call.io;
  if (input.isTTY !== true || errors.isTTY !== true) {
    errors.write(`${call.tool}: ${label} goes on in the machine\n`);
    return false;
  }
  const { createInterface } = await import('node:readline/promises');
  const dialog = createInterface({ input, output: errors });
  try {
    const answer = await dialog.question(`${label} is running: (l)eave it running or (c)ancel it? `);
    return answer.trim().toLowerCase().startsWith('c');
  } finally {
    dialog.close();
    input.pause();
  }
}
