import type { Machine, MachineEvent } from 'qmp-machine';

/** Everything a test wants to know of a running machine, with waiting on conditions instead of time. */
export class Guest {
  readonly machine: Machine;
  output = '';
  readonly events: MachineEvent[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #patience: number;

  /** @param patience milliseconds to wait for something before the test fails. */
  constructor(machine: Machine, patience = 20_000) {
    this.#patience = patience;
    this.machine = machine;
    const decoder = new TextDecoder();
    machine.serialPorts[0]?.connect((data) => {
      this.output += decoder.decode(data, { stream: true });
      this.#check();
    });
    machine.onEvent((event) => {
      this.events.push(event);
      this.#check();
    });
  }

  /** Resolves when the guest's output since the last {@link type} or the start has `text`. */
  async says(text: string): Promise<void> {
    await this.#until(() => this.output.includes(text), `the guest says ${JSON.stringify(text)}`);
  }

  async event(name: string): Promise<MachineEvent> {
    let found: MachineEvent | undefined;
    await this.#until(() => {
      found = this.events.find((event) => event.name === name);
      return found !== undefined;
    }, `event ${name}`);
    if (found === undefined) throw new Error(`no event ${name}`);
    return found;
  }

  get eventNames(): string[] {
    return this.events.map((event) => event.name);
  }

  /** Types a line; forgets the output so far. */
  type(line: string): void {
    this.output = '';
    this.machine.serialPorts[0]?.write(new TextEncoder().encode(`${line}\r`));
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(
          new Error(
            `waited ${this.#patience / 1000} s until ${what}; output ${JSON.stringify(this.output.slice(-400))}`,
          ),
        );
      }, this.#patience);
      const check = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}
