import type { CommandSpec } from '../../cli/command-spec.js';
import { shells } from '../../cli/completion-script.js';

/** Without the code that does it, which needs all specs: `main.ts` adds it. */
export const completionSpec: CommandSpec = {
  name: 'completion',
  summary: 'print a completion script for a shell',
  arguments: [{ name: 'SHELL', summary: shells.join(', '), completes: shells }],
  examples: [
    { line: 'source <(qmp completion bash)', says: 'in ~/.bashrc' },
    { line: 'qmp completion fish > ~/.config/fish/conf.d/qmp.fish', says: 'for fish' },
  ],
};

/** The names of all programs. */
export const programs: readonly string[] = [
  ...['qmp', 'qmp-shell', 'qmp-shell-wrap', 'vm-info', 'qom-list', 'qom-get', 'qom-set', 'qom-tree', 'qemu-ga-client'],
];

export const manSpec: CommandSpec = {
  name: 'man',
  summary: 'print the manual page of a tool',
  arguments: [{ name: 'TOOL', summary: 'qmp when none is given', optional: true, completes: programs }],
  examples: [{ line: 'qmp man vm-info | man -l -', says: 'read it' }],
};
