/** What both `worker_threads` and browsers offer, as far as it is needed here. */
export interface MessageEnd {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(handler: (message: unknown) => void): void;
}

/** An object whose methods another thread may call. Arguments and results must be cloneable. */
export type RemoteApi = { readonly [name: string]: (...args: never[]) => unknown };

/** The caller's view of a {@link RemoteApi}: every method answers later. */
export type Remote<Api extends RemoteApi> = {
  readonly [Name in keyof Api]: (...args: Parameters<Api[Name]>) => Promise<Awaited<ReturnType<Api[Name]>>>;
};

type Request = { readonly id: number; readonly call: string; readonly args: never[] };
type Answer<Event> =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly event: Event };

/**
 * Serves an API over a message port, one call after the other.
 *
 * @returns a function that sends an event; events and answers arrive in the order they were sent.
 */
export function serve<Event>(port: MessageEnd, api: RemoteApi): (event: Event) => void {
  const answer = (message: Answer<Event>) => port.postMessage(message, transferablesOf(message));
  let last: Promise<void> = Promise.resolve();
  const handle = async (request: Request) => {
    try {
      const method = api[request.call];
      if (method === undefined) throw new Error(`no such call: ${request.call}`);
      answer({ id: request.id, result: await method(...request.args) });
    } catch (error) {
      answer({ id: request.id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  port.onMessage((message) => {
    last = last.then(() => handle(message as Request));
  });
  return (event) => answer({ event });
}

/** The calling side. */
export interface Caller<Api extends RemoteApi> {
  readonly api: Remote<Api>;
  /** Fails every call that is still open, and every later one. */
  fail(error: Error): void;
}

/** Calls an API that {@link serve} offers at the other end of the port. */
export function call<Api extends RemoteApi, Event>(port: MessageEnd, onEvent: (event: Event) => void): Caller<Api> {
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let failure: Error | undefined;
  port.onMessage((raw) => {
    const message = raw as Answer<Event>;
    if ('event' in message) {
      onEvent(message.event);
      return;
    }
    const waiting = open.get(message.id);
    open.delete(message.id);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.result);
  });
  const api = new Proxy(
    {},
    {
      get:
        (_target, name) =>
        (...args: unknown[]) =>
          new Promise<unknown>((resolve, reject) => {
            if (failure !== undefined) {
              reject(failure);
              return;
            }
            const id = nextId++;
            open.set(id, { resolve, reject });
            port.postMessage({ id, call: name, args });
          }),
    },
  ) as Remote<Api>;
  return {
    api,
    fail(error) {
      failure ??= error;
      for (const waiting of open.values()) waiting.reject(error);
      open.clear();
    },
  };
}

/** Large buffers of an answer move instead of being copied. Small ones are cheaper to copy. Arguments stay the caller's. */
function transferablesOf(value: unknown): ArrayBuffer[] {
  const found: ArrayBuffer[] = [];
  const visit = (item: unknown, depth: number) => {
    if (item instanceof Uint8Array) {
      const { buffer } = item;
      if (buffer instanceof ArrayBuffer && item.byteLength === buffer.byteLength && item.byteLength > 4096)
        found.push(buffer);
    } else if (depth > 0 && typeof item === 'object' && item !== null)
      for (const member of Object.values(item)) visit(member, depth - 1);
  };
  visit(value, 3);
  return found;
}
