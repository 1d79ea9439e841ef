import type { QmpClient } from 'qmp';
import type { JsonObject, JsonValue } from 'qmp/json';
import { QmpError } from 'qmp/protocol';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { openAgent, withClient } from '../../cli/open-client.js';
import { textOption } from '../../cli/options.js';
import { putValue, say } from '../../cli/put.js';
import { type Target, targetOf } from '../../cli/target.js';
import { typeCall } from '../../language/typed.js';
import { callFromWords } from '../../language/words.js';
import { nearest } from '../../schema/nearest.js';
import { asList, asText, member } from '../../vm-info/read-json.js';
import { runInGuest } from './guest-exec.js';

type Action = (call: Invocation, client: QmpClient, words: readonly string[]) => Promise<number>;

/** `qmp guest` and `qemu-ga-client`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = agentTarget(call);
  const [name = '', ...words] = rest;
  return withClient(call, address, (client) => (actions[name] ?? byName(name))(call, client, words), openAgent);
}

function agentTarget(call: Invocation): Target {
  const known = textOption(call, 'address') ?? call.io.env.QGA_CLIENT_ADDRESS;
  if (!call.tool.startsWith('qemu-ga-client')) return targetOf(call, 1, 'a command');
  if (known === undefined || known === '')
    throw new UsageError('an address is missing', 'give --address, or set QGA_CLIENT_ADDRESS');
  return { address: known, rest: call.args };
}

const actions: Readonly<Record<string, Action>> = {
  ping: async (call, client) => {
    await client.execute('guest-ping');
    say(call, 'the agent answers');
    return exitCode.done;
  },
  info: simple('guest-info'),
  ifconfig: simple('guest-network-get-interfaces'),
  fstrim: simple('guest-fstrim'),
  cat: async (call, client, [path]) => {
    if (path === undefined) throw new UsageError('a file is missing', 'write cat FILE');
    for await (const chunk of readGuestFile(client, path)) call.io.output.write(chunk);
    return exitCode.done;
  },
  exec: runInGuest,
  fsfreeze: (call, client, [what = 'status']) => {
    if (!['status', 'freeze', 'thaw'].includes(what))
      throw new UsageError(`fsfreeze cannot '${what}'`, 'status, freeze or thaw');
    return simple(`guest-fsfreeze-${what}`)(call, client, []);
  },
  suspend: (_call, client, [how = '']) => {
    if (!['disk', 'ram', 'hybrid'].includes(how)) throw new UsageError(`suspend to '${how}'?`, 'disk, ram or hybrid');
    return withoutReply(client, `guest-suspend-${how}`, {});
  },
  halt: (_call, client) => withoutReply(client, 'guest-shutdown', { mode: 'halt' }),
  powerdown: (_call, client) => withoutReply(client, 'guest-shutdown', { mode: 'powerdown' }),
  reboot: (_call, client) => withoutReply(client, 'guest-shutdown', { mode: 'reboot' }),
};

function simple(command: string): Action {
  return async (call, client) => {
    await putValue(call, await client.execute(command));
    return exitCode.done;
  };
}

/** Any command of the agent by its own name. */
function byName(name: string): Action {
  return async (call, client, words) => {
    const { args } = typeCall(callFromWords([name, ...words]), undefined);
    try {
      await putValue(call, await client.execute(name, args));
      return exitCode.done;
    } catch (error) {
      if (!QmpError.is(error) || error.errorClass !== 'CommandNotFound') throw error;
      const info = await client.execute('guest-info').catch(() => ({}));
      const known = asList(member(info, 'supported_commands')).map((one) => asText(member(one, 'name')) ?? '');
      const near = nearest(name, [...Object.keys(actions), ...known]);
      throw new UsageError(
        `the agent has no command '${name}'`,
        near === undefined ? undefined : `did you mean '${near}'?`,
      );
    }
  };
}

/** These commands succeed by not answering: silence for two seconds is a success. */
async function withoutReply(client: QmpClient, command: string, args: JsonObject): Promise<number> {
  try {
    await client.execute(command, args, { timeout: 2000 });
  } catch (error) {
    const gone = QmpError.is(error) && (error.code === 'QMP_COMMAND_TIMEOUT' || error.code === 'QMP_DISCONNECTED');
    if (!gone) throw error;
  }
  return exitCode.done;
}

async function* readGuestFile(client: QmpClient, path: string): AsyncGenerator<Buffer> {
  const handle = await client.execute('guest-file-open', { path, mode: 'r' });
  try {
    for (;;) {
      const part: JsonValue = await client.execute('guest-file-read', { handle, count: 262_144 });
      yield Buffer.from(asText(member(part, 'buf-b64')) ?? '', 'base64');
      if (member(part, 'eof') !== false) return;
    }
  } finally {
    await client.execute('guest-file-close', { handle });
  }
}
