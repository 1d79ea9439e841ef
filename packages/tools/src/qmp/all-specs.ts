import type { CommandSpec } from '../cli/command-spec.js';
import { qmpShellSpec, qmpShellWrapSpec } from '../qmp-shell/spec.js';
import { vmInfoSpec } from '../vm-info/spec.js';
import { qmpSpec } from './spec.js';
import { guestClientSpec } from './specs/guest.js';
import { qomToolSpecs } from './specs/qom.js';

/** All programs of this package, for manual pages and completion. */
export const allSpecs: readonly CommandSpec[] = [
  qmpSpec,
  qmpShellSpec,
  qmpShellWrapSpec,
  vmInfoSpec,
  ...Object.values(qomToolSpecs),
  guestClientSpec,
];
