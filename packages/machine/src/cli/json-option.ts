import { escapeOptionValue } from 'qmp/chardev';
import { CommandLineError } from './arguments.js';

/**
 * Turns the JSON form of an option into its list: `{"driver": "ne2k_pci", "netdev": "n0"}` is `driver=ne2k_pci,netdev=n0`,
 * and a member of a member `outer.inner=…`. Anything else stays as it is.
 *
 * @throws {CommandLineError} when it begins like JSON and is none, or has members that no list can say.
 */
export function optionList(value: string): string {
  if (!value.startsWith('{')) return value;
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch (error) {
    throw new CommandLineError(`JSON parse error, ${error instanceof Error ? error.message : String(error)}`);
  }
  return listOf(parsed, '').join(',');
}

function listOf(value: unknown, name: string): string[] {
  if (typeof value === 'boolean') return [`${name}=${value ? 'on' : 'off'}`];
  if (typeof value === 'string' || typeof value === 'number') return [`${name}=${escapeOptionValue(String(value))}`];
  if (typeof value !== 'object' || value === null)
    throw new CommandLineError(`Parameter '${name}' expects a string, a number or a boolean`);
  return Object.entries(value).flatMap(([member, inner]) => listOf(inner, name === '' ? member : `${name}.${member}`));
}
