import type { HmpCommand } from './command.js';

/** Block devices. */
export const blockHumanCommands: readonly HmpCommand[] = [];
