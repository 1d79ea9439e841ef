import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finished, runTool } from './run-tool.js';

/** Something that a tool can do, as one command line. `{}` stands for the address. */
export interface ToolFeature {
  readonly says: string;
  readonly tool: string;
  readonly line: string;
  readonly input?: string;
}

/** What the matrix of the documentation shows, in its order. */
export const features: readonly ToolFeature[] = [
  { says: 'information on one screen', tool: 'vm-info', line: '{}' },
  { says: 'information as JSON', tool: 'vm-info', line: '--json {}' },
  { says: 'shell, piped', tool: 'qmp-shell', line: '-e {}', input: 'query-status\nstop\ncont\n' },
  { says: 'shell: arguments typed by the schema', tool: 'qmp-shell', line: '-e {}', input: 'qom-list path=/machine\n' },
  { says: 'shell: raw JSON', tool: 'qmp-shell', line: '-e {}', input: '{"execute": "query-name", "id": 1}\n' },
  { says: 'shell: events', tool: 'qmp-shell', line: '-e --events all {}', input: 'stop\ncont\n' },
  { says: 'shell: human monitor', tool: 'qmp-shell', line: '-e -H {}', input: 'info status\n' },
  { says: 'shell: transaction', tool: 'qmp', line: 'schema show {} transaction' },
  { says: 'completion in the shell of the system', tool: 'qmp', line: '__complete qmp exec {} query-sta' },
  { says: 'one command', tool: 'qmp', line: 'exec {} query-status' },
  { says: 'human monitor command', tool: 'qmp', line: 'hmp {} info status' },
  { says: 'events for a while', tool: 'qmp', line: 'events {} -t 0.2' },
  { says: 'screenshot', tool: 'qmp', line: 'screenshot {} screen.png' },
  { says: 'disks and media', tool: 'qmp', line: 'block ls {}' },
  { says: 'eject a CD', tool: 'qmp', line: 'block eject {} ide1-cd0' },
  { says: 'put a CD in', tool: 'qmp', line: 'block change {} ide1-cd0 disc.iso' },
  { says: 'backup of a disk', tool: 'qmp', line: 'block backup {} ide0-hd0 backup.qcow2' },
  { says: 'mirror of a disk', tool: 'qmp', line: 'block mirror {} ide0-hd0 mirror.qcow2' },
  { says: 'plug a device in', tool: 'qmp', line: 'plug {} virtserialport id=port0 name=matrix' },
  { says: 'unplug it', tool: 'qmp', line: 'unplug {} port0' },
  { says: 'jobs', tool: 'qmp', line: 'job ls {}' },
  { says: 'save a snapshot', tool: 'qmp', line: 'snapshot save {} first' },
  { says: 'list snapshots', tool: 'qmp', line: 'snapshot list {}' },
  { says: 'go back to a snapshot', tool: 'qmp', line: 'snapshot load {} first' },
  { says: 'delete a snapshot', tool: 'qmp', line: 'snapshot delete {} first' },
  { says: 'QOM: list', tool: 'qom-list', line: '{} /machine' },
  { says: 'QOM: get', tool: 'qom-get', line: '{} /machine.type' },
  { says: 'QOM: set', tool: 'qom-set', line: '{} /machine.dump-guest-core true' },
  { says: 'QOM: tree', tool: 'qom-tree', line: '{} /machine -n' },
  { says: 'schema: commands', tool: 'qmp', line: 'schema show {}' },
  { says: 'schema: types', tool: 'qmp', line: 'schema types --from unix:{} -o api' },
  { says: 'record the wire', tool: 'qmp', line: 'record {} wire.log', input: 'stop\ncont\n' },
  { says: 'recorded events', tool: 'qmp', line: 'events --log wire.log --until STOP' },
  { says: 'migrate into a file', tool: 'qmp', line: 'migrate {} vm.state' },
];

/** Runs every feature against a server and tells for each whether its tool did it, refused it, or did neither well. */
export async function tryFeatures(address: string, folder: string): Promise<string[]> {
  writeFileSync(join(folder, 'disc.iso'), new Uint8Array(1 << 20));
  const results: string[] = [];
  for (const { tool, line, input } of features) {
    const args = line.split(' ').map((word) => word.replace('{}', address));
    const finished = await runTool(tool, args, { cwd: folder, ...(input === undefined ? {} : { input }) });
    results.push(verdict(finished));
  }
  return results;
}

/** A refusal has a message that names what is missing, and code 1 or 2; anything else shows up as it is. */
function verdict({ code, out, err }: Finished): string {
  if (code === 0) return out.includes('undefined') ? 'prints undefined' : 'yes';
  return (code === 1 || code === 2) && /no command|has not been found|no such|not found/.test(err + out)
    ? 'no'
    : `code ${code}: ${err.trim()}`;
}

const path = new URL('../../../../docs/tools-matrix.md', import.meta.url);
const head = `# What works where

Each line is tried by the tests of \`packages/tools\` against both servers, and they fail when this page is not true.
\`yes\`: the tool ended with code 0. \`no\`: the server has no such command or property, and the tool said so.

| what | command | QEMU 7.2 | embedded PC |
|---|---|---|---|
`;

/**
 * The column of a server in the documentation, or in UPDATE_GOLDEN mode the given one after writing it there.
 *
 * `UPDATE_GOLDEN=1 node scripts/test.mjs tools/build-tests/matrix` writes the page anew.
 */
export function documented(server: 'qemu' | 'pc', results: readonly string[]): string[] {
  const columns = readColumns();
  if (process.env.UPDATE_GOLDEN !== undefined) {
    columns[server] = [...results];
    const rows = features.map(({ says, tool, line }, index) => {
      return `| ${says} | \`${tool} ${line.replaceAll('{}', 'ADDRESS')}\` | ${columns.qemu[index] ?? ''} | ${columns.pc[index] ?? ''} |`;
    });
    writeFileSync(path, `${head}${rows.join('\n')}\n`);
  }
  return readColumns()[server];
}

function readColumns(): { qemu: string[]; pc: string[] } {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Not written yet.
  }
  const rows = text
    .split('\n')
    .filter((line) => /^\| .*`/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return { qemu: rows.map((row) => row[3] ?? ''), pc: rows.map((row) => row[4] ?? '') };
}
