import type { Recipe } from '../recipe.js';
import { ownConnections, ownPieces } from './connections.js';
import { ownEvents, ownFlow, ownHuman } from './flow.js';
import { ownLines } from './human-lines.js';
import { ownGarbage, ownNumbers, ownStrings, ownStructure, ownUtf8 } from './json.js';
import { ownOrder } from './order.js';
import { ownDaemon, ownPreconfig } from './programs.js';
import { ownCuts, ownMembers, ownNegotiation, ownPretty } from './protocol.js';
import { ownQueue } from './queue.js';
import { ownLeftovers, ownMissing, ownPolicies, ownUnexpected, ownWrongType } from './schema.js';
import { ownThrottle } from './throttle.js';

/** Everything that `record.mjs` records. */
export const recipes: readonly Recipe[] = [
  ...[ownNumbers, ownStrings, ownUtf8, ownGarbage, ownStructure],
  ...[ownMembers, ownNegotiation, ownCuts, ownPretty],
  ...[ownMissing, ownWrongType, ownLeftovers, ownUnexpected, ownPolicies],
  ...[ownFlow, ownHuman, ownEvents],
  ...[ownLines, ownThrottle, ownConnections, ownPieces, ownDaemon, ownPreconfig, ownQueue, ownOrder],
];
