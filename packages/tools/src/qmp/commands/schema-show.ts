import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { flag } from '../../cli/options.js';
import { putJson } from '../../cli/put.js';
import { targetOf } from '../../cli/target.js';
import { type Call, givenText, learning } from '../../language/statement.js';
import { callFromWords } from '../../language/words.js';
import { themeFor } from '../../output/theme.js';
import { commandHelp } from '../../schema/help.js';
import { ServerSchema } from '../../schema/server-schema.js';
import { showHelp } from '../../shell/help-text.js';
import { Server } from '../../shell/server.js';

/** `qmp schema show`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = targetOf(call, 0, '');
  return withClient(call, address, async (client) => {
    const server = new Server(client, false);
    server.load();
    await server.ready();
    const schema = server.schema ?? new ServerSchema(await client.execute('query-qmp-schema'));
    if (rest.length === 0) showAll(call, schema);
    else {
      const topic = callFromWords(rest);
      await server.learn(...learning(topic));
      showOne(call, schema, topic);
    }
    return exitCode.done;
  });
}

function showAll(call: Invocation, schema: ServerSchema): void {
  const { commandNames, eventNames } = schema;
  if (flag(call, 'json')) putJson(call, { commands: commandNames, events: eventNames });
  else call.io.output.write(`${[...commandNames, ...eventNames].join('\n')}\n`);
}

function showOne(call: Invocation, schema: ServerSchema, topic: Call): void {
  const { output, env } = call.io;
  const { text, found } = showHelp(topic, schema, schema.commandNames, themeFor(output, env), output.columns ?? 80);
  if (!found) throw new UsageError(text);
  if (!flag(call, 'json')) {
    output.write(`${text}\n`);
    return;
  }
  const help = commandHelp(schema, topic.name, (argument) => givenText(topic, argument));
  if (help !== undefined) putJson(call, { ...help, rows: help.rows.map((row) => ({ ...row })) });
}
