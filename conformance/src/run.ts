import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, Failure, type Group, type Launch, Skip } from './case.js';
import { Server, type Target } from './server.js';
import { Player } from './steps.js';

/** What came of one case. */
export interface Outcome {
  readonly group: string;
  readonly case: Case;
  readonly result: 'pass' | 'fail' | 'skip';
  /** Why it failed or was skipped. */
  readonly why: string;
}

/** Which cases to run. */
export interface Filter {
  readonly layers?: readonly string[];
  readonly groups?: readonly string[];
  readonly names?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly tags?: readonly string[];
}

/** Reads groups from files and folders, in the order of their names. */
export function readGroups(paths: readonly string[]): Group[] {
  return paths
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? readdirSync(path)
            .sort()
            .map((name) => join(path, name))
        : [path],
    )
    .filter((path) => path.endsWith('.json'))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Group);
}

/** Whether the filter takes a case of a group. */
export function selected(filter: Filter, group: string, recorded: Case): boolean {
  const { layers, groups, names, skipTags = [], tags } = filter;
  if (layers !== undefined && !layers.includes(recorded.layer)) return false;
  if (groups !== undefined && !groups.includes(group)) return false;
  if (names !== undefined && !names.some((name) => recorded.name.includes(name))) return false;
  if (tags?.some((tag) => recorded.tags?.includes(tag)) === false) return false;
  return !skipTags.some((tag) => recorded.tags?.includes(tag));
}

/** Runs the selected cases of all groups, some groups at a time, and gives the outcomes in the order of the groups. */
export async function runGroups(
  groups: readonly Group[],
  target: Target,
  filter: Filter = {},
  concurrency = 2,
): Promise<Outcome[]> {
  const outcomes: Outcome[][] = groups.map(() => []);
  let next = 0;
  const work = async () => {
    const servers = new SharedServers(target);
    try {
      for (let index = next++; index < groups.length; index = next++) {
        const { group, cases } = groups[index] as Group;
        for (const recorded of cases.filter((each) => selected(filter, group, each))) {
          outcomes[index]?.push({ group, case: recorded, ...(await runCase(recorded, target, servers)) });
        }
      }
    } finally {
      await servers.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, groups.length) }, work));
  return outcomes.flat();
}

/** The servers that serve many cases: one for each kind of launch. */
class SharedServers {
  readonly #target: Target;
  readonly #servers = new Map<string, Server | Skip>();

  constructor(target: Target) {
    this.#target = target;
  }

  async get(launch: Launch): Promise<Server> {
    const key = launchKey(launch);
    const known = this.#servers.get(key);
    if (known instanceof Skip) throw known;
    if (known?.running) return known;
    await known?.stop();
    try {
      const server = await Server.start(this.#target, launch);
      this.#servers.set(key, server);
      return server;
    } catch (error) {
      if (error instanceof Skip) this.#servers.set(key, error);
      throw error;
    }
  }

  /** Does not let the wreck of a failed case spoil later ones. */
  async discard(launch: Launch): Promise<void> {
    const known = this.#servers.get(launchKey(launch));
    if (!(known instanceof Server)) return;
    this.#servers.delete(launchKey(launch));
    await known.stop();
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.values()) if (server instanceof Server) await server.stop();
  }
}

async function runCase(
  recorded: Case,
  target: Target,
  servers: SharedServers,
): Promise<{ result: Outcome['result']; why: string }> {
  const { launch = {} } = recorded;
  let own: Server | undefined;
  try {
    if (launch.fresh) own = await Server.start(target, launch);
    const server = own ?? (await servers.get(launch));
    if (target.kind === 'launch') await checkNeeds(recorded, server);
    server.sweep();
    await new Player(recorded, server).play();
    return { result: 'pass', why: '' };
  } catch (error) {
    if (error instanceof Skip) return { result: 'skip', why: error.message };
    if (own === undefined) await servers.discard(launch);
    const why = error instanceof Failure ? error.message : String((error as Error).stack ?? error);
    return { result: 'fail', why };
  } finally {
    await own?.stop();
  }
}

async function checkNeeds(recorded: Case, server: Server): Promise<void> {
  const { needs = [] } = recorded;
  if (needs.length === 0) return;
  const have = await server.commands();
  const missing = have === undefined ? undefined : needs.find((name) => !have.has(name));
  if (missing !== undefined) throw new Skip(`the server lacks the command ${missing}`);
}

function launchKey({ fresh: _, ...launch }: Launch): string {
  return JSON.stringify(Object.entries(launch).sort(([a], [b]) => (a < b ? -1 : 1)));
}
