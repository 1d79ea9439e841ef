import { exitCode } from '../cli/exit-code.js';
import { nearest } from '../schema/nearest.js';
import type { Printer, ShellSettings } from './settings.js';

/** What a dot command asks of the shell that runs it. */
export type LocalEffect = 'exit' | 'history' | 'status';

interface Local {
  readonly usage: string;
  readonly says: string;
  readonly run: (
    words: readonly string[],
    settings: ShellSettings,
    printer: Printer,
  ) => LocalEffect | 'usage' | undefined;
}

const locals: Readonly<Record<string, Local>> = {
  events: {
    usage: '.events [off|on|PATTERN...|-PATTERN...]',
    says: 'which events are shown, as .events JOB_* -STOP',
    run: (words, { events }, printer) => {
      if (words.length > 0) events.set(words);
      printer.print(`events: ${events}`);
      return undefined;
    },
  },
  verbose: toggle('verbose', 'show what is sent and received'),
  pretty: toggle('pretty', 'indent replies'),
  json: toggle('json', 'show replies as they are on the wire'),
  hmp: toggle('hmp', 'talk to the human monitor'),
  status: { usage: '.status', says: 'where this shell is connected', run: () => 'status' },
  history: { usage: '.history', says: 'the lines typed for this address', run: () => 'history' },
  exit: { usage: '.exit', says: 'leave the shell; the machine runs on (quit would end it)', run: () => 'exit' },
};

/** Names of the dot commands, without the dot. */
export const localNames: readonly string[] = Object.keys(locals);

/** Usage and meaning of each, for the help. */
export const localHelp: readonly (readonly [string, string])[] = Object.values(locals).map(({ usage, says }) => [
  usage,
  says,
]);

/** Runs a dot command. */
export function runLocal(
  statement: { readonly name: string; readonly words: readonly string[] },
  settings: ShellSettings,
  printer: Printer,
): { code: number; effect?: LocalEffect } {
  const local = Object.hasOwn(locals, statement.name) ? locals[statement.name] : undefined;
  if (local === undefined) {
    const near = nearest(statement.name, localNames);
    printer.complain(
      `no command '.${statement.name}' (${near === undefined ? 'help lists them' : `did you mean '.${near}'?`})`,
    );
    return { code: exitCode.usage };
  }
  const effect = local.run(statement.words, settings, printer);
  if (effect === 'usage') {
    printer.complain(`usage: ${local.usage}`);
    return { code: exitCode.usage };
  }
  return effect === undefined ? { code: exitCode.done } : { code: exitCode.done, effect };
}

function toggle(name: 'verbose' | 'pretty' | 'json' | 'hmp', says: string): Local {
  return {
    usage: `.${name} [on|off]`,
    says,
    run: ([word], settings, printer) => {
      if (word !== undefined && word !== 'on' && word !== 'off') return 'usage';
      settings[name] = word === undefined ? !settings[name] : word === 'on';
      printer.print(`${name}: ${settings[name] ? 'on' : 'off'}`);
      return undefined;
    },
  };
}
