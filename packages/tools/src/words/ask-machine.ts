import { type AnyApi, connect } from 'qmp';
import type { JsonValue } from 'qmp/json';
import { plainPath } from '../cli/open-client.js';
import type { Completion } from '../completion/candidate.js';
import { complete } from '../completion/complete.js';
import type { LookupKind } from '../completion/lookup-kind.js';
import { HumanCompleter } from '../shell/human-completer.js';
import { type Ask, machineLookup } from '../shell/lookups.js';
import { Server } from '../shell/server.js';
import type { AskMachine, LiveKind } from './complete-words.js';
import type { Word } from './word.js';

/** Whoever presses Tab waits: so long at most for each step, in milliseconds. */
const patience = 1000;

/** Completes with a connection of its own, which ends at once: a monitor serves one client at a time. */
export const askMachine: AskMachine = async (kind, address, given, word) => {
  const timeouts = { open: patience, greeting: patience, negotiation: patience, command: patience, commands: {} };
  const client = await connect<AnyApi>(plainPath(address), { timeouts });
  try {
    const server = new Server(client, false);
    return await finders[kind](server, given, word);
  } finally {
    client.destroy();
  }
};

type Finder = (server: Server, given: readonly string[], word: string) => Promise<readonly Word[]>;

const finders: Readonly<Record<LiveKind, Finder>> = {
  'live:command': (server, given, word) => typed(server, [...given, word].join(' '), word),
  'live:plug': (server, given, word) => typed(server, `device_add driver=${[...given, word].join(' ')}`, word),
  'live:human': async (server, given, word) => {
    const line = [...given, word].join(' ');
    const ask = askOf(server);
    const completer = new HumanCompleter(ask, machineLookup(ask));
    return cut(line, word, await completer.complete(line));
  },
  'live:event': async (server) => {
    server.load();
    await server.ready();
    return names(server.schema?.eventNames ?? []);
  },
  'live:device': (server, _given, word) => look(server, 'device', word),
  'live:drive': async (server, _given, word) => {
    const found = await Promise.all([look(server, 'node', word), look(server, 'device', word)]);
    return found.flat();
  },
  'live:job': (server, _given, word) => look(server, 'job', word),
  'live:qom-path': (server, _given, word) => look(server, 'qom-path', word),
  'live:qom-property': async (server, _given, word) => {
    const path = /^(.*)\.[^/]*$/.exec(word)?.[1];
    if (path === undefined) return look(server, 'qom-path', word);
    const properties = await look(server, 'qom-property', '', path);
    return properties.map(({ text, note }) => ({ text: `${path}.${text}`, note }));
  },
  'live:snapshot': (server, _given, word) => look(server, 'snapshot', word),
};

/** Completes a line of the shell, as far as it does without brackets and quotes, which are others in a shell. */
async function typed(server: Server, line: string, word: string): Promise<readonly Word[]> {
  if (/[{["'\\]/.test(line)) return [];
  server.load();
  await server.ready();
  const { schema, commandNames } = server;
  const completion = await complete(line, {
    schema,
    commandNames,
    localNames: [],
    lookup: machineLookup(askOf(server)),
    learn: (command, given) => server.learn(command, given),
  });
  return cut(line, word, completion);
}

/** What a completion of the whole line means for its last word. */
function cut(line: string, word: string, { from, candidates }: Completion): Word[] {
  const start = line.length - word.length;
  return candidates.map(({ text, suffix, note = '' }) => {
    const whole = line.slice(0, from) + text + suffix.trim();
    return { text: whole.slice(start), note };
  });
}

async function look(server: Server, kind: LookupKind, word: string, path?: string): Promise<Word[]> {
  const given = (argument: string): string | undefined => (argument === 'path' ? path : undefined);
  return names(await machineLookup(askOf(server))(kind, { typed: word, given }));
}

function askOf(server: Server): Ask {
  return (command, args = {}): Promise<JsonValue> => server.execute(command, args);
}

function names(list: readonly string[]): Word[] {
  return list.map((text) => ({ text, note: '' }));
}
