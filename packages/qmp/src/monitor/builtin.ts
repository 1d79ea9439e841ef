import type { JsonObject, JsonValue } from '../json/index.js';
import type { VersionInfo } from '../protocol/index.js';
import { type Command, commandError } from './command.js';
import { Connection } from './session.js';

/** What the commands that every monitor has must know of it. */
interface BuiltinHost {
  readonly version: VersionInfo;
  readonly commands: Iterable<Command>;
}

/** The commands that are about the protocol itself. */
export function builtinCommands(
  host: BuiltinHost,
  capabilities: readonly string[],
  memberOrder: 'given' | 'qemu',
): Command[] {
  return [
    {
      name: 'qmp_capabilities',
      allowPreconfig: true,
      validate: (args) => checkEnable(args, capabilities),
      handler: (args, { session }) => {
        if (session.state !== 'negotiating') {
          throw commandError('Capabilities negotiation is already complete, command ignored', 'CommandNotFound');
        }
        const enable = (args.enable ?? []) as readonly string[];
        if (session instanceof Connection) session.negotiated([...new Set(enable)]);
      },
    },
    {
      name: 'query-version',
      allowPreconfig: true,
      validate: checkEmpty,
      handler: () => {
        const { micro, minor, major } = host.version.qemu;
        // In QEMU's order the newest of two names in one bucket comes first, so it prints the same either way.
        const triple = memberOrder === 'qemu' ? { major, minor, micro } : { micro, minor, major };
        return { qemu: triple, package: host.version.package };
      },
    },
    {
      name: 'query-commands',
      allowPreconfig: true,
      validate: checkEmpty,
      handler: () => [...host.commands].map(({ name }) => ({ name })),
    },
  ];
}

function checkEmpty(args: JsonObject): string | undefined {
  for (const name in args) return `Parameter '${name}' is unexpected`;
  return undefined;
}

function checkEnable(args: JsonObject, capabilities: readonly string[]): string | undefined {
  if ('enable' in args) {
    if (!Array.isArray(args.enable)) return "Invalid parameter type for 'enable', expected: array";
    for (const [index, item] of (args.enable as JsonValue[]).entries()) {
      if (typeof item !== 'string') return `Invalid parameter type for 'enable[${index}]', expected: string`;
      if (!capabilities.includes(item)) return `Parameter 'null' does not accept value '${item}'`;
    }
  }
  for (const name in args) if (name !== 'enable') return `Parameter '${name}' is unexpected`;
  return undefined;
}
