/**
 * What the core of `qmp` may use beyond the language: the few globals that Node, browsers and workers share.
 *
 * The core compiles with no platform types at all, so a stray `Buffer`, `process` or `document` is a compile error.
 * This file is not published: a user's own types (DOM or Node) stand in its place.
 */

declare function setTimeout(callback: () => void, milliseconds?: number): { /** Node only. */ unref?(): void };
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(callback: () => void): void;

declare const performance: { now(): number };

interface Event {
  readonly type: string;
}

interface EventTarget {
  addEventListener(type: string, listener: (event: Event) => void, options?: { once?: boolean }): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

interface AbortSignal extends EventTarget {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}

declare const AbortSignal: {
  prototype: AbortSignal;
  abort(reason?: unknown): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare const AbortController: { prototype: AbortController; new (): AbortController };

interface TextDecoder {
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}

declare const TextDecoder: {
  prototype: TextDecoder;
  new (encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder;
};

interface TextEncoder {
  encode(input?: string): Uint8Array;
}

declare const TextEncoder: { prototype: TextEncoder; new (): TextEncoder };

interface ErrorConstructor {
  /** V8 only: makes the stack of `target` anew, without the frames above `below`. */
  captureStackTrace?(target: object, below?: (...args: never[]) => unknown): void;
}

interface WebSocket {
  binaryType: string;
  readonly readyState: number;
  readonly url: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array): void;
  close(): void;
  addEventListener(
    type: string,
    listener: (event: { readonly type: string; readonly data?: unknown; readonly code?: number }) => void,
  ): void;
}

/** Absent on Node 20. */
declare const WebSocket: { prototype: WebSocket; new (url: string, protocols?: string): WebSocket };
