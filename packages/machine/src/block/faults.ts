import { readFileSync } from 'node:fs';
import {
  BlkdebugEvent,
  type BlkdebugInjectErrorOptions,
  BlkdebugIOType,
  type BlkdebugSetStateOptions,
} from '../api/index.js';
import { fileProblem } from '../commands/files.js';
import type { FaultRule, Faults, StateRule } from '../emulator/image.js';
import { MachineError } from '../machine/errors.js';

const EIO = 5;

/** The rules of a blkdebug node, from its options. */
export function faultsOf(
  inject: readonly BlkdebugInjectErrorOptions[] = [],
  states: readonly BlkdebugSetStateOptions[] = [],
): Faults {
  return {
    inject: inject.map(({ event, state = 0, iotype, errno = EIO, sector, once = false }) => ({
      event,
      state: Number(state),
      ...(iotype === undefined ? {} : { operation: iotype }),
      errno: Number(errno),
      ...(sector === undefined || sector < 0 ? {} : { sector: Number(sector) }),
      once,
    })),
    states: states.map(({ event, state = 0, new_state: newState }) => ({
      event,
      state: Number(state),
      newState: Number(newState),
    })),
  };
}

/** Both sets of rules as one. */
export function joinFaults(a: Faults, b: Faults): Faults {
  return { inject: [...a.inject, ...b.inject], states: [...a.states, ...b.states] };
}

/** One rule as text: a section of a file, or options of a command line. */
export type RuleText = ReadonlyMap<string, string>;

/**
 * Reads the file with rules of a blkdebug node: sections `[inject-error]` and `[set-state]`, lines `name = "value"`.
 *
 * @throws {MachineError} when it cannot be read.
 */
export function readFaultFile(path: string): Faults {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new MachineError(`Could not read blkdebug config file: ${fileProblem(error)}`);
  }
  const sections: { readonly name: string; readonly rule: Map<string, string> }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [, section] = /^\s*\[\s*([\w-]+)\s*\]\s*$/.exec(line) ?? [];
    const [, name, value] = /^\s*([\w-]+)\s*=\s*"([^"]*)"\s*$/.exec(line) ?? [];
    if (section !== undefined) sections.push({ name: section, rule: new Map() });
    else if (name !== undefined && value !== undefined && sections.length > 0) sections.at(-1)?.rule.set(name, value);
    else if (!/^\s*(#.*)?$/.test(line))
      throw new MachineError(`Could not parse blkdebug config file: ${path}:${index + 1}: parse error`);
  }
  return faultsOfText(
    sections.filter(({ name }) => name === 'inject-error').map(({ rule }) => rule),
    sections.filter(({ name }) => name === 'set-state').map(({ rule }) => rule),
  );
}

/**
 * The same from texts.
 *
 * @throws {MachineError} naming what is wrong with a rule.
 */
export function faultsOfText(inject: readonly RuleText[], states: readonly RuleText[]): Faults {
  return { inject: inject.map(faultRule), states: states.map(stateRule) };
}

function faultRule(rule: RuleText): FaultRule {
  checkNames(rule, ['event', 'state', 'iotype', 'errno', 'sector', 'once', 'immediately']);
  const iotype = rule.get('iotype');
  const operation = iotype === undefined ? undefined : oneOf(Object.values(BlkdebugIOType), iotype);
  const sector = number(rule, 'sector', -1);
  return {
    event: eventOf(rule),
    state: number(rule, 'state', 0),
    ...(operation === undefined ? {} : { operation }),
    errno: number(rule, 'errno', EIO),
    ...(sector < 0 ? {} : { sector }),
    once: rule.get('once') === 'on',
  };
}

function stateRule(rule: RuleText): StateRule {
  checkNames(rule, ['event', 'state', 'new_state']);
  return { event: eventOf(rule), state: number(rule, 'state', 0), newState: number(rule, 'new_state', 0) };
}

function checkNames(rule: RuleText, known: readonly string[]): void {
  for (const name of rule.keys()) if (!known.includes(name)) throw new MachineError(`Invalid parameter '${name}'`);
}

function eventOf(rule: RuleText): FaultRule['event'] {
  const event = rule.get('event');
  if (event === undefined) throw new MachineError('Missing event name for rule');
  return oneOf(Object.values(BlkdebugEvent), event);
}

function oneOf<T extends string>(known: readonly T[], value: string): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new MachineError(`invalid parameter value: ${value}`);
  return found;
}

function number(rule: RuleText, name: string, missing: number): number {
  const text = rule.get(name);
  if (text === undefined) return missing;
  if (!/^-?\d{1,15}$/.test(text)) throw new MachineError(`Parameter '${name}' expects a number`);
  return Number(text);
}
