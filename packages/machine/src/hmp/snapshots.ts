import type { HmpCommand } from './command.js';

/** Snapshots. */
export const snapshotHumanCommands: readonly HmpCommand[] = [
  {
    names: ['savevm'],
    usage: 'tag',
    help: 'save a VM snapshot',
    parameters: [{ name: 'tag', type: 'string' }],
    run: ({ tag = '' }, { snapshots }) => snapshots.save(tag, true),
  },
  {
    names: ['loadvm'],
    usage: 'tag',
    help: 'restore a VM snapshot from its tag',
    parameters: [{ name: 'tag', type: 'string' }],
    complete: (_index, { snapshots }) => snapshots.list().map(({ tag }) => tag),
    run: ({ tag = '' }, { snapshots }) => snapshots.load(tag),
  },
  {
    names: ['delvm'],
    usage: 'tag',
    help: 'delete a VM snapshot from its tag',
    parameters: [{ name: 'tag', type: 'string' }],
    complete: (_index, { snapshots }) => snapshots.list().map(({ tag }) => tag),
    run: ({ tag = '' }, { snapshots }) => snapshots.delete(tag),
  },
];
