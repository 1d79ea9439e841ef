import type { Recipe } from '../recipe.js';
import { ownEvents, ownFlow, ownHuman } from './flow.js';
import { ownGarbage, ownNumbers, ownStrings, ownStructure, ownUtf8 } from './json.js';
import { ownCuts, ownMembers, ownNegotiation, ownPretty } from './protocol.js';
import { ownMissing, ownPolicies, ownUnexpected, ownWrongType } from './schema.js';

/** Everything that `record.mjs` records. */
export const recipes: readonly Recipe[] = [
  ...[ownNumbers, ownStrings, ownUtf8, ownGarbage, ownStructure],
  ...[ownMembers, ownNegotiation, ownCuts, ownPretty],
  ...[ownMissing, ownWrongType, ownUnexpected, ownPolicies],
  ...[ownFlow, ownHuman, ownEvents],
];
