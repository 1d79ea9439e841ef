import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, Failure, type Json, type Step } from './case.js';
import { sendDescriptor } from './descriptors.js';
import { brief, difference, textBytes } from './match.js';
import { defaultTimeout, type Peer, sleep } from './peer.js';
import { fillScratch, type Server } from './server.js';

/** How long nothing more may come after the last step, in milliseconds. */
const settleTime = 25;

/** Plays the steps of one case against a server. */
export class Player {
  readonly #case: Case;
  readonly #server: Server;
  readonly #peers = new Map<string, Peer>();

  constructor(recorded: Case, server: Server) {
    this.#case = recorded;
    this.#server = server;
  }

  /** @throws {Failure} naming the step where the server behaved otherwise. */
  async play(): Promise<void> {
    try {
      const { start = 'negotiated' } = this.#case;
      if (start !== 'none') await this.#open('a', 0, start);
      await this.perform();
      await sleep(settleTime);
      for (const [name, peer] of this.#peers) peer.expectNothingLeft(name);
    } finally {
      for (const peer of this.#peers.values()) await peer.close();
    }
  }

  protected async perform(): Promise<void> {
    for (const [index, step] of this.#case.steps.entries()) {
      try {
        await this.step(step);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        throw new Failure(`step ${index} ${brief(step, 160)}: ${error.message}`);
      }
    }
  }

  /** The connection of that name. */
  peer(name = 'a'): Peer {
    const peer = this.#peers.get(name);
    if (peer === undefined) throw new Failure(`the case uses connection ${name}, which is not open`);
    return peer;
  }

  fill = (text: string): string => fillScratch(text, this.#server.scratch);

  async step(step: Step): Promise<void> {
    if (step.afterMs !== undefined) await sleep(step.afterMs);
    if (step.send !== undefined || step.sendHex !== undefined) return await this.#send(step);
    if (await this.#expects(step)) return;
    if (step.open !== undefined) return await this.#open(step.open, step.monitor ?? 0, step.start ?? 'negotiated');
    if (step.close !== undefined) {
      await this.peer(step.close).close();
      this.#peers.delete(step.close);
    } else if (step.halfClose !== undefined) this.peer(step.halfClose).halfClose();
    else if (step.sleepMs !== undefined) await sleep(step.sleepMs);
    else if (step.fifo !== undefined) execFileSync('mkfifo', [this.#path(step.fifo)]);
    else if (step.release !== undefined) await this.#release(step.release, step.data ?? 'x');
    else if (step.file !== undefined) this.#file(step.file, step);
    else if (step.inject !== undefined) await this.#server.injector?.event(step.inject.event, step.inject.data);
    else if (step.advanceMs !== undefined) await this.#server.injector?.advance(step.advanceMs);
    else throw new Failure('the runner does not know this step');
  }

  /** The steps that expect something. @returns whether this is one. */
  async #expects(step: Step): Promise<boolean> {
    const timeout = step.timeoutMs ?? defaultTimeout;
    const peer = () => this.peer(step.on);
    if (step.expect !== undefined) {
      for (const [index, pattern] of step.expect.entries()) {
        const found = difference(this.#fillAll(pattern), await peer().next(timeout));
        if (found !== undefined) throw new Failure(`reply ${index}: ${found}`);
      }
    } else if (step.expectUnordered !== undefined) {
      await this.#expectLanes(
        peer(),
        step.expectUnordered.map((pattern) => [pattern]),
        timeout,
      );
    } else if (step.expectInterleaved !== undefined) await this.#expectLanes(peer(), step.expectInterleaved, timeout);
    else if (step.expectRaw !== undefined) {
      await peer().expectRaw(textBytes(step.expectRaw, this.fill).toString('utf8'), timeout);
    } else if (step.quietMs !== undefined) await peer().expectQuiet(step.quietMs);
    else if (step.eof !== undefined) await peer().expectEnd(timeout);
    else return false;
    return true;
  }

  async #expectLanes(peer: Peer, lanes: readonly (readonly Json[])[], timeout: number): Promise<void> {
    const left = lanes.map((lane) => lane.map((pattern) => this.#fillAll(pattern)));
    while (left.some((lane) => lane.length > 0)) {
      const message = await peer.next(timeout);
      const lane = left.find(([first]) => first !== undefined && difference(first, message) === undefined);
      if (lane === undefined) throw new Failure(`${brief(message)} is the next one of no sequence: ${brief(left)}`);
      lane.shift();
    }
  }

  async #send(step: Step): Promise<void> {
    const data = step.sendHex === undefined ? textBytes(step.send ?? '', this.fill) : Buffer.from(step.sendHex, 'hex');
    const peer = this.peer(step.on);
    if (step.passFd === undefined) await peer.send(data, step.chunk, step.chunkDelayMs);
    else await sendDescriptor(peer.descriptor, data, this.fill(step.passFd));
  }

  async #open(name: string, monitor: number, start: NonNullable<Case['start']>): Promise<void> {
    const peer = await this.#server.connect(monitor);
    this.#peers.set(name, peer);
    peer.ignored = new Set(this.#case.ignoreEvents ?? []);
    await peer.begin(start);
  }

  #path(name: string): string {
    return join(this.#server.scratch, name);
  }

  #file(name: string, step: Step): void {
    const path = this.#path(name);
    writeFileSync(path, step.hex === undefined ? (step.text ?? '') : Buffer.from(step.hex, 'hex'));
    if (step.size !== undefined) truncateSync(path, step.size);
  }

  /** Opens a named pipe for writing as soon as the server has opened it for reading. */
  async #release(name: string, data: string): Promise<void> {
    const deadline = performance.now() + defaultTimeout;
    for (;;) {
      try {
        const descriptor = openSync(this.#path(name), constants.O_WRONLY | constants.O_NONBLOCK);
        writeSync(descriptor, data);
        return closeSync(descriptor);
      } catch (error) {
        if (performance.now() > deadline) throw new Failure(`the server never opened ${name}: ${String(error)}`);
        await sleep(10);
      }
    }
  }

  #fillAll(value: Json): Json {
    if (typeof value === 'string') return this.fill(value);
    if (Array.isArray(value)) return value.map((item) => this.#fillAll(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#fillAll(item)]));
  }
}
