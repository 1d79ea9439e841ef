import { type CommandSpec, synopsis } from './command-spec.js';
import { exitCodeTable } from './exit-code.js';

/** The manual page of a program, for man(1), section 1. */
export function manPage(spec: CommandSpec, version: string): string {
  const lines = [
    `.TH ${roff(spec.name.toUpperCase())} 1 "" "qmp-tools ${roff(version)}" "QMP tools"`,
    '.SH NAME',
    `${roff(spec.name)} \\- ${roff(spec.summary)}`,
    '.SH SYNOPSIS',
    `.B ${roff(spec.name)}`,
    roff(synopsis(spec)),
    '.SH DESCRIPTION',
    roff(spec.description ?? `${spec.summary}.`),
    ...argumentsAndOptions(spec, '.SH'),
    ...(spec.commands === undefined ? [] : ['.SH COMMANDS', ...commandSections(spec, '')]),
    '.SH EXAMPLES',
    ...examples(spec),
    ...(spec.environment === undefined
      ? []
      : ['.SH ENVIRONMENT', ...spec.environment.flatMap(([name, says]) => tagged(name, says))]),
    '.SH EXIT STATUS',
    ...exitCodeTable.flatMap(([code, says]) => tagged(String(code), says)),
  ];
  return `${lines.join('\n')}\n`;
}

function commandSections(spec: CommandSpec, path: string): string[] {
  return (spec.commands ?? []).flatMap((command) => {
    const name = `${path}${command.name}`;
    return [
      `.SS ${roff(`${name} ${synopsis(command)}`)}`,
      roff(command.description ?? `${command.summary}.`),
      ...argumentsAndOptions(command, '.PP'),
      ...(command.commands === undefined ? examples(command) : []),
      ...commandSections(command, `${name} `),
    ];
  });
}

function argumentsAndOptions(spec: CommandSpec, heading: string): string[] {
  const args = (spec.arguments ?? []).flatMap(({ name, summary }) => tagged(name, summary));
  const options = (spec.options ?? []).flatMap((option) => {
    const preset = option.default === undefined ? '' : ` (default: ${option.default})`;
    return tagged(option.flags, option.summary + preset);
  });
  if (args.length + options.length === 0) return [];
  return heading === '.SH' ? ['.SH OPTIONS', ...args, ...options] : [heading, ...args, ...options];
}

function examples(spec: CommandSpec): string[] {
  return spec.examples.flatMap(({ line, says }) => ['.TP', `.B ${roff(line)}`, roff(says)]);
}

function tagged(tag: string, text: string): string[] {
  return ['.TP', `.B ${roff(tag)}`, roff(text)];
}

/** Keeps text from being read as requests: leading dots and quotes, backslashes, and hyphens that are meant. */
function roff(text: string): string {
  const safe = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq');
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}
