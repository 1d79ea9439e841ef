import { type Call, givenText } from '../language/statement.js';
import { printable } from '../output/printable.js';
import type { Theme } from '../output/theme.js';
import { type CommandHelp, commandHelp, nearestCommand } from '../schema/help.js';
import type { ServerSchema } from '../schema/server-schema.js';
import { localHelp } from './local-commands.js';

/** Help for a topic, or about the shell when there is none. */
export function showHelp(
  topic: Call | undefined,
  schema: ServerSchema | undefined,
  commandNames: readonly string[],
  theme: Theme,
  columns: number,
): { text: string; found: boolean } {
  if (topic === undefined) return { text: overview(commandNames.length, theme, columns), found: true };
  if (schema === undefined) {
    const known = commandNames.includes(topic.name);
    const text = known ? `${topic.name}: this server does not describe its arguments` : `no command '${topic.name}'`;
    return { text, found: known };
  }
  const help = commandHelp(schema, topic.name, (argument) => givenText(topic, argument));
  if (help !== undefined) return { text: helpText(help, theme, columns), found: true };
  const near = nearestCommand(schema, topic.name);
  return { text: `no command '${topic.name}'${near === undefined ? '' : ` (did you mean '${near}'?)`}`, found: false };
}

/** The help of one command: its arguments, one a line, the needed ones marked. */
export function helpText(help: CommandHelp, theme: Theme, columns: number): string {
  const width = Math.max(0, ...help.rows.map((row) => row.name.length)) + 2;
  const rows = help.rows.map((row) => {
    const notes = [row.needed ? 'needed' : '', row.notes].filter((note) => note !== '').join(', ');
    const room = Math.max(20, columns - width - row.type.length - 5);
    return `  ${theme.name(row.name.padEnd(width))}${row.type}${notes === '' ? '' : theme.faint(`  ${cut(`(${notes})`, room)}`)}`;
  });
  const title = theme.heading(help.name) + (help.rows.length === 0 ? ' takes no arguments' : '');
  const notes = help.notes.flatMap((note) => wrap(note, columns - 2)).map((line) => `  ${theme.faint(line)}`);
  return printableKeepingColor([title, ...rows, ...notes, `  returns ${help.returns}`].join('\n'));
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 3)}...`;
}

function printableKeepingColor(text: string): string {
  return text
    .split('\u001b')
    .map((part) => printable(part))
    .join('\u001b');
}

const inputHelp: readonly (readonly [string, string])[] = [
  ['device_del id=disk0', 'with arguments; blanks need quotes: name="a b"'],
  ['blockdev-add driver=file file.x=1', 'dots for what is inside; also lists [a,b] and {"a": 1}'],
  ['{"execute": "stop"}', 'raw JSON'],
  ['transaction( ... )', 'one action a line'],
  ['help NAME, or ? while typing', 'the arguments of a command'],
  ['oob NAME', 'out-of-band'],
];

function overview(commands: number, theme: Theme, columns: number): string {
  const first = ['query-status', `a command; Tab completes it (${commands} known here)`] as const;
  return [
    pairs([first, ...inputHelp], theme, columns),
    '',
    pairs(localHelp, theme, columns),
    '',
    ...wrap('Tab shows a menu, and walks through it. Ctrl-R searches the history, Ctrl-D leaves.', columns),
  ].join('\n');
}

/** What to type beside what it does, or above it on a narrow terminal. */
function pairs(lines: readonly (readonly [string, string])[], theme: Theme, columns: number): string {
  const width = 41;
  return lines
    .flatMap(([usage, says]) =>
      columns < 90
        ? [theme.heading(usage), ...wrap(says, columns - 4).map((line) => `    ${line}`)]
        : [`${theme.heading(usage.padEnd(width))}${says}`],
    )
    .join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < Math.max(10, width))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
