import type { QmpClient } from 'qmp';
import { QmpError } from 'qmp/protocol';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { flag } from '../../cli/options.js';
import { putValue } from '../../cli/put.js';
import { targetOf } from '../../cli/target.js';
import { LiteralReader } from '../../language/literal.js';
import { learning } from '../../language/statement.js';
import { typeCall } from '../../language/typed.js';
import { callFromWords } from '../../language/words.js';
import { nearest } from '../../schema/nearest.js';
import { readRaw } from '../../shell/raw-message.js';
import { Server } from '../../shell/server.js';
import { asList, asText, member } from '../../vm-info/read-json.js';

/** `qmp exec`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = targetOf(call, 1, 'a command');
  return withClient(call, address, async (client) => {
    const request = await readRequest(client, rest);
    const oob = request.oob || flag(call, 'oob');
    const value = await client
      .execute(request.name, request.args, { oob })
      .catch((error: unknown) => explain(client, error));
    await putValue(call, value);
    return exitCode.done;
  });
}

async function readRequest(client: QmpClient, words: readonly string[]): Promise<ReturnType<typeof readRaw>> {
  const [first = ''] = words;
  if (words.length === 1 && first.trimStart().startsWith('{')) {
    const message = new LiteralReader(first).readNested();
    if (message.kind === 'members') return readRaw(message);
  }
  const typed = callFromWords(words);
  // Without arguments there is nothing to type, and the schema is long.
  if (typed.pairs.length === 0) return { name: typed.name, args: {}, oob: false };
  const server = new Server(client, false);
  server.load();
  await server.ready();
  await server.learn(...learning(typed));
  return { ...typeCall(typed, server.schema), oob: false };
}

/** Adds the nearest name to the refusal of an unknown command. */
async function explain(client: QmpClient, error: unknown): Promise<never> {
  if (!QmpError.is(error) || error.errorClass !== 'CommandNotFound' || error.command === undefined) throw error;
  const known = asList(await client.execute('query-commands').catch(() => []));
  const near = nearest(
    error.command,
    known.map((one) => asText(member(one, 'name')) ?? ''),
  );
  if (near === undefined) throw error;
  throw new QmpError(error.code, error.message, {
    errorClass: 'CommandNotFound',
    hint: `did you mean '${near}'?`,
    cause: error,
  });
}
