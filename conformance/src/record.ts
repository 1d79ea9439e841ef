import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Case, Group, Step } from './case.js';
import { namedTarget } from './cli.js';
import { home } from './home.js';
import type { Recipe, RecipeStep } from './recipe.js';
import { recipes } from './recipes/index.js';
import { readGroups } from './run.js';
import { Server } from './server.js';
import { Player } from './steps.js';

/** A reply is complete when nothing came for this long, in milliseconds; a missing one is waited for so long. */
const quiet = 60;
const longest = 700;

/** Records every recipe from real QEMU into `cases/own`. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { group: { type: 'string', multiple: true } } });
  const known = knownInputs();
  mkdirSync(join(home, 'cases/own'), { recursive: true });
  for (const recipe of recipes) {
    if (values.group !== undefined && !values.group.includes(recipe.group)) continue;
    const fresh = recipe.cases.filter((each) => !known.has(inputOf(each.steps)));
    const group = await record({ ...recipe, cases: fresh });
    writeFileSync(join(home, 'cases/own', `${recipe.group}.json`), `${JSON.stringify(group, undefined, 1)}\n`);
    console.log(`${recipe.group}: ${group.cases.length} cases`);
  }
}

/** What the public cases send already: recording it again would show nothing new. */
function knownInputs(): Set<string> {
  const groups = readGroups([join(home, 'cases/public')]);
  return new Set(groups.flatMap((group) => group.cases.map((each) => inputOf(each.steps))));
}

function inputOf(steps: readonly RecipeStep[]): string {
  return JSON.stringify(
    steps.flatMap((step) => {
      if (step === 'record' || step.record) return [];
      const { send, sendHex, inject, open, close, halfClose } = step;
      const act =
        send ?? sendHex ?? inject ?? (close && { close }) ?? (halfClose && { halfClose }) ?? (open && { open });
      return act === undefined ? [] : [act];
    }),
  );
}

async function record(recipe: Recipe): Promise<Group> {
  const servers = new Map<string, Server>();
  const cases: Case[] = [];
  try {
    for (const each of recipe.cases) {
      const { launch = {} } = each;
      const key = JSON.stringify(launch);
      let server = servers.get(key);
      if (server === undefined || launch.fresh || !server.running) {
        await server?.stop();
        server = await Server.start(namedTarget('qemu'), launch);
        servers.set(key, server);
      }
      server.sweep();
      cases.push(await recordCase(each, server));
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  const { group, description } = recipe;
  return { group, description, recorded: 'qemu-system-x86_64 and qemu-storage-daemon 7.2.22 (Debian 12)', cases };
}

async function recordCase(recipe: Recipe['cases'][number], server: Server): Promise<Case> {
  const { name, layer, tags, start, launch, notes, ignoreEvents } = recipe;
  const steps: Step[] = [];
  const recorder = new Recorder(
    { ...recipe, steps: [], ...(start !== undefined && { start }) },
    server,
    recipe.steps,
    steps,
  );
  await recorder.play();
  const needs = commandsIn(recipe.steps);
  return {
    name: name.replaceAll(/[\s/]+/g, '-'),
    layer,
    ...(tags && { tags }),
    ...(start && { start }),
    ...(launch && { launch }),
    ...(ignoreEvents && { ignoreEvents }),
    needs: layer === 'wire' ? [] : needs,
    steps,
    ...(notes && { notes }),
  };
}

/** Plays a recipe and writes down what comes back. */
class Recorder extends Player {
  readonly #recipe: readonly RecipeStep[];
  readonly #steps: Step[];

  constructor(shell: Case, server: Server, recipe: readonly RecipeStep[], steps: Step[]) {
    super(shell, server);
    this.#recipe = recipe;
    this.#steps = steps;
  }

  override async perform(): Promise<void> {
    for (const step of this.#recipe) {
      if (step === 'record') await this.#take(undefined);
      else if (step.record !== undefined) await this.#take(step.on);
      else {
        await this.step(step);
        this.#steps.push(step);
      }
    }
  }

  async #take(on: string | undefined): Promise<void> {
    const peer = this.peer(on);
    const text = await peer.takeUntilQuiet(quiet, longest);
    const where = on === undefined ? {} : { on };
    if (text !== '') this.#steps.push({ ...where, expectRaw: generalize(text, this.fill('$'.concat('{TMP}'))) });
    if (peer.ended) this.#steps.push({ ...where, eof: true });
    else if (text === '') this.#steps.push({ ...where, quietMs: 100 });
  }
}

/** Replaces what differs from run to run by wildcards. */
function generalize(text: string, scratch: string): string {
  return text
    .replaceAll(scratch, '$'.concat('{TMP}'))
    .replace(/("timestamp": \{\s*"seconds": )\d+(,\s*"microseconds": )\d+/g, '$1⟨int⟩$2⟨int⟩')
    .replace(/"package": "[^"]*"/g, '"package": "⟨chars⟩"')
    .replace(/("micro": )\d+(,\s*"minor": )\d+(,\s*"major": )\d+/g, '$1⟨int⟩$2⟨int⟩$3⟨int⟩');
}

/** The commands of the schema that a recipe sends. */
function commandsIn(steps: readonly RecipeStep[]): string[] {
  const table = JSON.parse(readFileSync(join(home, 'qemu-7.2/system.table.json'), 'utf8')) as { commands: object };
  const text = JSON.stringify(steps).replaceAll('\\"', '"');
  const names = [...text.matchAll(/"(?:execute|exec-oob)": ?"([a-z0-9_-]+)"/g)].map((match) => match[1] ?? '');
  return [...new Set(names)].filter((name) => name in table.commands && name !== 'qmp_capabilities');
}
