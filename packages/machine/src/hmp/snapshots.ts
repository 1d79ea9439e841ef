import type { HmpCommand } from './command.js';

/** Snapshots. */
export const snapshotHumanCommands: readonly HmpCommand[] = [
  {
    names: ['savevm'],
    usage: '[tag]',
    help: 'save a VM snapshot; without a tag it is named after the time',
    parameters: [{ name: 'tag', type: 'string', optional: true }],
    run: ({ tag = timeTag(new Date()) }, { snapshots }) => snapshots.save(tag, true),
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

/** The name that QEMU gives a snapshot without one: `vm-` and the local time. */
function timeTag(now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `vm-${day}${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
