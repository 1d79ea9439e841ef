import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, type Launch, Skip } from './case.js';
import { haltRom, type Injector, lineInjector, qtestArguments, qtestInjector } from './inject.js';
import { Peer, sleep } from './peer.js';

/** What to replay against: real QEMU, or any program that takes a launch file. */
export type Target =
  | { readonly kind: 'qemu'; readonly qemu: string | undefined; readonly qsd: string | undefined }
  /** The words of a command; `{launchJson}` becomes the path of a file with the launch object and socket paths. */
  | {
      readonly kind: 'launch';
      readonly command: readonly string[];
      /** Members of the launch object that this program cannot do; such cases are skipped. */
      readonly lacks?: readonly (keyof Launch)[];
    };

/** Puts the scratch directory's path where a text of a case says so. */
export function fillScratch(text: string, scratch: string): string {
  return text.replaceAll('$'.concat('{TMP}'), scratch);
}

/** How long a server may take to listen, in milliseconds. */
const startTimeout = 20_000;

/** One server process with its monitors and a scratch directory. */
export class Server {
  readonly #directory = mkdtempSync(join(tmpdir(), 'qmpc-'));
  /** The scratch directory of the case. */
  readonly scratch = join(this.#directory, 't');
  readonly #target: Target;
  readonly #launch: Launch;
  #sockets: string[] = [];
  #process: ChildProcess | undefined;
  #commands: ReadonlySet<string> | undefined;
  injector: Injector | undefined;

  /** @throws {Skip} when the target cannot be such a server. */
  static async start(target: Target, launch: Launch): Promise<Server> {
    const server = new Server(target, launch);
    try {
      await server.#start();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private constructor(target: Target, launch: Launch) {
    this.#target = target;
    this.#launch = launch;
    mkdirSync(this.scratch);
  }

  get running(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async connect(monitor: number): Promise<Peer> {
    const socket = this.#sockets[monitor];
    if (socket === undefined) throw new Failure(`the server has no monitor ${monitor}`);
    return await Peer.open(socket);
  }

  /** The commands the server has, or undefined when it does not say. */
  async commands(): Promise<ReadonlySet<string> | undefined> {
    if (this.#commands !== undefined) return this.#commands;
    const peer = await this.connect(0);
    try {
      await peer.begin('negotiated');
      await peer.send(Buffer.from('{"execute": "query-commands"}\r\n'));
      const reply = (await peer.next(startTimeout)) as { return?: { name: string }[] };
      if (Array.isArray(reply.return)) this.#commands = new Set(reply.return.map((command) => command.name));
    } finally {
      await peer.close();
    }
    return this.#commands;
  }

  /** Empties the scratch directory. */
  sweep(): void {
    for (const name of readdirSync(this.scratch)) rmSync(join(this.scratch, name), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    this.injector?.close();
    const child = this.#process;
    this.#process = undefined;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const { monitors = 1 } = this.#launch;
    this.#sockets = Array.from({ length: monitors }, (_, index) => join(this.#directory, `m${index}.sock`));
    const inject = join(this.#directory, 'inject.sock');
    const [program, ...args] = this.#commandLine(inject);
    if (program === undefined) throw new Skip('no program to launch');
    const log = join(this.#directory, 'log');
    const out = openSync(log, 'w');
    const child = spawn(program, args, { stdio: ['ignore', out, out] });
    closeSync(out);
    this.#process = child;
    const failed = new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message)));
    const wanted = [...this.#sockets, ...(this.#launch.inject ? [inject] : [])];
    await this.#listening(wanted, log, failed);
    if (this.#launch.inject) {
      this.injector = await (this.#target.kind === 'qemu' ? qtestInjector(inject) : lineInjector(inject));
    }
  }

  async #listening(sockets: readonly string[], log: string, failed: Promise<string>): Promise<void> {
    const deadline = performance.now() + startTimeout;
    let error: string | undefined;
    void failed.then((message) => {
      error = message;
    });
    while (!sockets.every((path) => existsSync(path))) {
      if (error !== undefined) throw new Failure(`the server did not start: ${error}`);
      if (!this.running || performance.now() > deadline) {
        throw new Failure(`the server did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
      }
      await sleep(10);
    }
    // QEMU listens a moment before its monitor is attached.
    if (this.#target.kind === 'qemu') await sleep(50);
  }

  #commandLine(inject: string): string[] {
    const { args = [], server = 'qemu' } = this.#launch;
    const filled = args.map((argument) => fillScratch(argument, this.scratch));
    if (this.#target.kind === 'launch') {
      const lacking = this.#target.lacks?.find((member) => this.#launch[member] !== undefined);
      if (lacking !== undefined) throw new Skip(`the program cannot be launched with ${lacking}`);
      const file = join(this.#directory, 'launch.json');
      writeFileSync(
        file,
        JSON.stringify({ ...this.#launch, sockets: this.#sockets, injectSocket: inject, args: filled }),
      );
      return this.#target.command.map((word) => word.replaceAll('{launchJson}', file));
    }
    const program = server === 'qsd' ? this.#target.qsd : this.#target.qemu;
    if (program === undefined) throw new Skip(`no program for launch.server=${server}`);
    return server === 'qsd' ? this.#daemon(program, filled) : this.#system(program, filled, inject);
  }

  #daemon(program: string, args: readonly string[]): string[] {
    const pretty = this.#launch.pretty ? ',pretty=on' : '';
    const monitors = this.#sockets.flatMap((path, index) => [
      ...['--chardev', `socket,id=m${index},path=${path},server=on,wait=off`],
      ...['--monitor', `chardev=m${index}${pretty}`],
    ]);
    return [program, ...monitors, ...args];
  }

  #system(program: string, args: readonly string[], inject: string): string[] {
    const command = [program, '-nodefaults', '-display', 'none'];
    if (this.#launch.inject) {
      const rom = join(this.#directory, 'halt.rom');
      writeFileSync(rom, haltRom());
      command.push(...qtestArguments(inject, rom));
    } else {
      if (!args.includes('-machine')) command.push('-machine', 'none');
      if (!this.#launch.run) command.push('-S');
    }
    if (this.#launch.compat !== undefined) command.push('-compat', this.#launch.compat);
    const pretty = this.#launch.pretty ? ',pretty=on' : '';
    for (const [index, path] of this.#sockets.entries()) {
      command.push('-chardev', `socket,id=m${index},path=${path},server=on,wait=off`);
      command.push('-mon', `chardev=m${index},mode=control${pretty}`);
    }
    return [...command, ...args];
  }
}
