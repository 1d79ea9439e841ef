import type { Invocation } from './command-spec.js';
import { UsageError } from './failure.js';

/** Milliseconds from an option in seconds. */
export function secondsOption(call: Invocation, name: string): number | undefined {
  const text = call.options[name];
  if (typeof text !== 'string') return undefined;
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds <= 0) {
    throw new UsageError(`--${name} wants a number of seconds, not '${text}'`);
  }
  return seconds * 1000;
}

/** An option that is present or not. */
export function flag(call: Invocation, name: string): boolean {
  return call.options[name] === true;
}

/** An option with a value. */
export function textOption(call: Invocation, name: string): string | undefined {
  const value = call.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** An option that may be given several times. */
export function listOption(call: Invocation, name: string): readonly string[] {
  const value = call.options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/**
 * The address to talk to: the first argument, or `QMP_SOCKET`.
 *
 * @throws {UsageError} when there is neither.
 */
export function addressOf(call: Invocation): string {
  const address = call.args[0] ?? call.io.env.QMP_SOCKET;
  if (address !== undefined && address !== '') return address;
  throw new UsageError('an address is missing', 'give a socket path or host:port, or set QMP_SOCKET');
}
