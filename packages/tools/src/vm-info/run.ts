import { type JsonValue, stringify } from 'qmp/json';
import type { Invocation } from '../cli/command-spec.js';
import { exitCode } from '../cli/exit-code.js';
import { exitCodeOf } from '../cli/failure.js';
import { openAgent, openClient } from '../cli/open-client.js';
import { addressOf, flag, textOption } from '../cli/options.js';
import { columnsOf } from '../cli/put.js';
import { themeFor } from '../output/theme.js';
import { collectAgentFacts, collectFacts } from './collect.js';
import type { AgentFacts, VmFacts } from './facts.js';
import { type FailedVm, renderFacts, renderTable } from './render.js';

/** `vm-info` and `qmp info`. */
export async function run(call: Invocation): Promise<number> {
  const addresses = call.args.length > 0 ? call.args : [addressOf(call)];
  if (flag(call, 'watch')) {
    const { watch } = await import('./watch.js');
    return watch(call, addresses);
  }
  const [address = ''] = addresses;
  if (addresses.length > 1) return runTable(call, addresses);
  const facts = await lookAt(call, address);
  const { output, env } = call.io;
  output.write(flag(call, 'json') ? jsonLine(facts) : renderFacts(facts, themeFor(output, env)));
  return exitCode.done;
}

async function runTable(call: Invocation, addresses: readonly string[]): Promise<number> {
  let worst: number = exitCode.done;
  const look = async (address: string): Promise<VmFacts | FailedVm> => {
    try {
      return await lookAt(call, address);
    } catch (error) {
      worst = Math.max(worst, exitCodeOf(error));
      return { address, failure: error instanceof Error ? error.message : String(error) };
    }
  };
  const all = await Promise.all(addresses.map(look));
  const { output, env } = call.io;
  if (flag(call, 'json')) for (const facts of all) output.write(jsonLine(facts));
  else output.write(await renderTable(all, themeFor(output, env), columnsOf(call)));
  return worst;
}

async function lookAt(call: Invocation, address: string): Promise<VmFacts> {
  const agent = askAgent(call);
  // Handled below; a server that fails first must not leave this one unobserved.
  agent.catch(() => undefined);
  const client = await openClient(call, address);
  try {
    const facts = await collectFacts(address, (command, args) => client.execute(command, args));
    const guest = await agent;
    return guest === undefined ? facts : { ...facts, agent: guest };
  } finally {
    client.destroy();
  }
}

async function askAgent(call: Invocation): Promise<AgentFacts | undefined> {
  const address = textOption(call, 'agent');
  if (address === undefined) return undefined;
  const client = await openAgent(call, address);
  try {
    return await collectAgentFacts((command, args) => client.execute(command, args));
  } finally {
    client.destroy();
  }
}

function jsonLine(facts: VmFacts | FailedVm): string {
  return `${stringify(facts as unknown as JsonValue)}\n`;
}
