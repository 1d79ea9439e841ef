import type { AnyApi, AnyClient } from '../client/index.js';
import { QmpError } from '../protocol/errors.js';

export interface HmpOptions {
  /** The CPU that commands such as `info registers` are about. @default the first */
  readonly cpu?: number;
  readonly signal?: AbortSignal;
  readonly timeout?: number;
}

/** How the human monitor begins its complaints; it has no other way to tell them from answers. */
const complaint = /^(Error: |unknown command: |.*: extraneous characters at the end of line|.*: .* expected\s*$)/;

/**
 * Runs a line in the human monitor and returns what it prints, lines ending in `\n`.
 *
 * @throws {QmpError} QMP_COMMAND_FAILED also when the text is a complaint; it is then in `received`.
 */
export async function hmp(client: AnyClient, line: string, options: HmpOptions = {}): Promise<string> {
  const { cpu, ...execute } = options;
  const args = { 'command-line': line, ...(cpu === undefined ? {} : { 'cpu-index': cpu }) };
  const reply = await client.as<AnyApi>().execute('human-monitor-command', args, execute);
  const text = String(reply).replaceAll('\r\n', '\n');
  if (!complaint.test(text)) return text;
  throw new QmpError('QMP_COMMAND_FAILED', `human monitor: ${text.trim().replace(/^Error: /, '')}`, {
    command: 'human-monitor-command',
    errorClass: 'GenericError',
    received: text,
    hint: `Try hmp(vm, 'help ${line.trim().split(/\s/, 1)[0] ?? ''}').`,
  });
}
