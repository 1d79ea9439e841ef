import { closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import type { Chardev } from 'qmp';
import { formatWireLog, recordWire } from 'qmp/testing';
import { UsageError } from '../cli/failure.js';

/** A log of the wire, in the form that `qmp replay` plays. Secrets are replaced in it. */
export interface WireLog {
  readonly wrap: (chardev: Chardev) => Chardev;
  readonly close: () => void;
}

/**
 * Appends all traffic to a file, one JSON object a line.
 *
 * @throws {UsageError} when the path is no regular file: a log never replaces a socket.
 */
export function openWireLog(path: string): WireLog {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile()) {
    throw new UsageError(`the log '${path}' exists and is not a regular file`, 'give another path');
  }
  let file: number | undefined = openLog(path);
  return {
    wrap: (chardev) =>
      recordWire(chardev, (entry) => {
        if (file !== undefined) writeSync(file, formatWireLog([entry]));
      }),
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function openLog(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  } catch (error) {
    throw new UsageError(`the log cannot be written: ${(error as Error).message}`);
  }
}
