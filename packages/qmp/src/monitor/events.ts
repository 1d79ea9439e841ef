import type { JsonObject } from '../json/index.js';
import type { MonitorClock } from './clock.js';
import { type CompatPolicy, hidden, hidesSome } from './compat.js';
import type { OutputFilter, RaisedEvent } from './result.js';

/** How an event is rate-limited: at most one in a period, the newest winning. */
export interface Throttle {
  /** Milliseconds. */
  readonly period: number;
  /** The member of the data that tells one source from another. Absent: all are one. */
  readonly key?: string;
}

/** What a monitor knows of an event beforehand. Events it does not know are sent at once. */
export interface EventDefinition {
  readonly name: string;
  /** @default as QEMU limits an event of that name */
  readonly throttle?: Throttle | 'none';
  /** Such as `deprecated` and `unstable`, for the policies on output. */
  readonly features?: readonly string[];
  /** Hides parts of the data by policy. Only asked when a policy hides something. */
  readonly output?: OutputFilter;
  /** Names of members of the data, at any depth, whose values never appear in a trace. */
  readonly secrets?: readonly string[];
}

/** The events that QEMU limits to one a second (`monitor.c`, `monitor_qapi_event_conf`). */
export const throttledEvents: readonly EventDefinition[] = [
  { name: 'RTC_CHANGE', throttle: { period: 1000 } },
  { name: 'WATCHDOG', throttle: { period: 1000 } },
  { name: 'BALLOON_CHANGE', throttle: { period: 1000 } },
  { name: 'QUORUM_REPORT_BAD', throttle: { period: 1000, key: 'node-name' } },
  { name: 'QUORUM_FAILURE', throttle: { period: 1000 } },
  { name: 'VSERPORT_CHANGE', throttle: { period: 1000, key: 'id' } },
  { name: 'MEMORY_DEVICE_SIZE_CHANGE', throttle: { period: 1000, key: 'qom-path' } },
];

/** One source of a throttled event within its period. */
interface Window {
  held: RaisedEvent | undefined;
  cancel: () => void;
}

/** Takes events from the machine, holds back what comes too often, and hands on the rest in order. */
export class EventBus {
  readonly #clock: MonitorClock;
  readonly #policy: CompatPolicy;
  readonly #deliver: (event: RaisedEvent) => void;
  readonly #definitions = new Map<string, EventDefinition>();
  readonly #windows = new Map<string, Window>();

  constructor(
    definitions: Iterable<EventDefinition>,
    clock: MonitorClock,
    policy: CompatPolicy,
    deliver: (event: RaisedEvent) => void,
  ) {
    for (const definition of definitions) {
      this.#definitions.set(definition.name, { ...this.#definitions.get(definition.name), ...definition });
    }
    this.#clock = clock;
    this.#policy = policy;
    this.#deliver = deliver;
  }

  emit(name: string, data: JsonObject | undefined): void {
    const definition = this.#definitions.get(name);
    if (definition?.features !== undefined && hidden(this.#policy, definition.features)) return;
    const event: RaisedEvent = {
      timestamp: this.#clock.timestamp(),
      event: name,
      data: this.#visible(definition, data),
    };
    if (definition?.throttle === undefined || definition.throttle === 'none') this.#deliver(event);
    else this.#limit(event, definition.throttle);
  }

  /** The names of what a trace hides of an event's data. */
  secretsOf(name: string): readonly string[] {
    return this.#definitions.get(name)?.secrets ?? [];
  }

  #visible(definition: EventDefinition | undefined, data: JsonObject | undefined): JsonObject | undefined {
    if (definition?.output === undefined || data === undefined || !hidesSome(this.#policy)) return data;
    return definition.output(data, this.#policy) as JsonObject;
  }

  /** Forgets what is held and stops all timers. */
  close(): void {
    for (const window of this.#windows.values()) window.cancel();
    this.#windows.clear();
  }

  #limit(event: RaisedEvent, throttle: Throttle): void {
    const key = throttle.key === undefined ? '' : String(event.data?.[throttle.key] ?? '');
    const id = `${event.event} ${key}`;
    const window = this.#windows.get(id);
    if (window !== undefined) {
      window.held = event;
      return;
    }
    this.#open(id, throttle.period);
    this.#deliver(event);
  }

  #open(id: string, period: number): void {
    const window: Window = { held: undefined, cancel: this.#clock.after(period, () => this.#expire(id, period)) };
    this.#windows.set(id, window);
  }

  #expire(id: string, period: number): void {
    const held = this.#windows.get(id)?.held;
    this.#windows.delete(id);
    if (held === undefined) return;
    this.#open(id, period);
    this.#deliver(held);
  }
}
