import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { withClient } from '../../cli/open-client.js';
import { say } from '../../cli/put.js';
import { targetOf } from '../../cli/target.js';
import { learning } from '../../language/statement.js';
import { typeCall } from '../../language/typed.js';
import { callFromWords } from '../../language/words.js';
import { Server } from '../../shell/server.js';

/** `qmp plug`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = targetOf(call, 1, 'a driver');
  const [driver = '', ...properties] = rest;
  const words = driver.includes('=') ? rest : [`driver=${driver}`, ...properties];
  return withClient(call, address, async (client) => {
    const server = new Server(client, false);
    server.load();
    await server.ready();
    const typed = callFromWords(['device_add', ...words]);
    await server.learn(...learning(typed));
    const { args } = typeCall(typed, server.schema);
    await client.execute('device_add', args);
    say(call, `plugged in ${String(args.id ?? args.driver)}`);
    return exitCode.done;
  });
}
