import type { JsonValue } from 'qmp/json';
import type { AddfdInfo, FdsetInfo } from '../api/index.js';
import { MachineError } from '../machine/errors.js';

/** Closes descriptors; without Node nobody passes any. */
export type CloseDescriptor = (fd: number) => void;

interface SetMember {
  readonly fd: number;
  readonly opaque: string | undefined;
}

const setPath = /^(file:)?\/dev\/fdset\/(\d+)$/;

/** The open files that clients have passed: by name (`getfd`), and in sets (`add-fd`). */
export class Descriptors {
  readonly #close: CloseDescriptor;
  readonly #named = new Map<string, number>();
  readonly #sets = new Map<number, SetMember[]>();

  constructor(close: CloseDescriptor) {
    this.#close = close;
  }

  /** @param passed what came with the command; undefined when nothing can come over that connection. */
  keep(name: string, passed: readonly number[] | undefined): void {
    const fd = this.#one(passed);
    if (/^\d/.test(name)) {
      this.#close(fd);
      throw new MachineError("Parameter 'fdname' expects a name not starting with a digit");
    }
    const old = this.#named.get(name);
    if (old !== undefined) this.#close(old);
    this.#named.set(name, fd);
  }

  closeNamed(name: string): void {
    const fd = this.#named.get(name);
    if (fd === undefined) throw new MachineError(`File descriptor named '${name}' not found`);
    this.#named.delete(name);
    this.#close(fd);
  }

  add(set: number | undefined, opaque: string | undefined, passed: readonly number[] | undefined): AddfdInfo {
    const fd = this.#one(passed);
    if (set !== undefined && set < 0) {
      this.#close(fd);
      throw new MachineError("Parameter 'fdset-id' expects a non-negative value");
    }
    const id = set ?? this.#free();
    this.#sets.set(id, [...(this.#sets.get(id) ?? []), { fd, opaque }]);
    return { 'fdset-id': id, fd };
  }

  remove(set: number, fd: number | undefined): void {
    const members = this.#sets.get(set) ?? [];
    const gone = fd === undefined ? members : members.filter((member) => member.fd === fd);
    if (gone.length === 0) {
      const which = fd === undefined ? `fdset-id:${set}` : `fdset-id:${set}, fd:${fd}`;
      throw new MachineError(`File descriptor named '${which}' not found`);
    }
    for (const member of gone) this.#close(member.fd);
    const left = members.filter((member) => !gone.includes(member));
    if (left.length === 0) this.#sets.delete(set);
    else this.#sets.set(set, left);
  }

  /** The newest set first, as QEMU lists them. */
  list(): FdsetInfo[] {
    return [...this.#sets]
      .map(([id, members]) => ({
        'fdset-id': id,
        fds: members.map(({ fd, opaque }) => ({ fd, ...(opaque === undefined ? {} : { opaque }) })),
      }))
      .sort((a, b) => b['fdset-id'] - a['fdset-id']);
  }

  /** Replaces, in a command's arguments, the names of sets by those under which the process can open their files. */
  resolve<T extends JsonValue | undefined>(value: T): T {
    if (this.#sets.size === 0) return value;
    return this.#resolved(value) as T;
  }

  /** Closes everything. */
  close(): void {
    for (const fd of this.#named.values()) this.#close(fd);
    for (const { fd } of [...this.#sets.values()].flat()) this.#close(fd);
    this.#named.clear();
    this.#sets.clear();
  }

  #resolved(value: JsonValue | undefined): JsonValue | undefined {
    if (typeof value === 'string') {
      const [, scheme = '', id] = setPath.exec(value) ?? [];
      const [first] = this.#sets.get(Number(id)) ?? [];
      return first === undefined ? value : `${scheme}/proc/self/fd/${first.fd}`;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.#resolved(item) as JsonValue);
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.#resolved(member)]));
  }

  #one(passed: readonly number[] | undefined): number {
    const [fd, ...others] = passed ?? [];
    // QEMU takes the first, too.
    for (const other of others) this.#close(other);
    if (fd !== undefined) return fd;
    const why = passed === undefined ? ': this connection cannot carry one' : '';
    throw new MachineError(`No file descriptor supplied via SCM_RIGHTS${why}`);
  }

  #free(): number {
    let id = 0;
    while (this.#sets.has(id)) id++;
    return id;
  }
}
