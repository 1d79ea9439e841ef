import type { SchemaInfo } from '../api/index.js';
import type { JsonObject } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';
import type { Clock } from './clock.js';
import { type Timeouts, timeoutOf } from './deadlines.js';
import { abortedError, seconds } from './failures.js';
import type { Link } from './link.js';
import { LiveSchema } from './live-schema.js';
import { settledOrAborted } from './reconnect.js';
import type { Session } from './session.js';
import type { Usage } from './usage.js';

const NOT_SENT = 'It was not sent: what it uses could not be told before the schema came.';

/** What the server says of its own interface, fetched when it is first needed, and what it means for commands. */
export class Introspection {
  readonly #link: Link;
  readonly #schemas: Map<string, LiveSchema>;
  readonly #usage: Usage;
  readonly #timeout: number;
  /** The session whose server's schema {@link Usage} has. */
  #described: Session | undefined;
  /** The session whose server turned out to have no `query-qmp-schema`. */
  #schemaless: Session | undefined;
  /** The schema that is on its way, and from which session. */
  #fetching: { readonly session: Session | undefined; readonly schema: Promise<LiveSchema> } | undefined;

  /** @param schemas those that are known, by {@link #key} */
  constructor(link: Link, schemas: Map<string, LiveSchema>, usage: Usage, timeouts: Timeouts) {
    this.#link = link;
    this.#schemas = schemas;
    this.#usage = usage;
    this.#timeout = timeoutOf('query-qmp-schema', timeouts);
  }

  /** Resolves with the schema of the server; one for each version is fetched. */
  async schema(): Promise<LiveSchema> {
    const key = this.#key;
    const { session } = this.#link;
    const schema = this.#schemas.get(key) ?? (await this.#fetch(session));
    this.#schemas.set(key, schema);
    this.#usage.schema = schema;
    this.#described = session;
    return schema;
  }

  /**
   * Checks what a command uses. Returns false when the schema has to be fetched before that can be told.
   *
   * @throws {QmpError} QMP_POLICY when the options refuse it.
   */
  check(command: string, args: JsonObject | undefined): boolean {
    const usage = this.#usage;
    const { session } = this.#link;
    if (usage.schema !== undefined && this.#described !== session) {
      // After a reconnect it may be another version that answers.
      usage.schema = this.#schemas.get(this.#key);
      this.#described = session;
    }
    if (usage.refuses && usage.schema === undefined && this.#schemaless !== session) return false;
    usage.check(command, args);
    return true;
  }

  /**
   * Waits until {@link check} can tell, for a command that has this long. A server without `query-qmp-schema` has
   * nothing more to say: there the list that is known before counts.
   *
   * @throws {QmpError} QMP_ABORTED, QMP_COMMAND_TIMEOUT, or why the schema cannot be had; the command was not sent.
   */
  async untilKnown(command: string, clock: Clock, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    const { session } = this.#link;
    let failure: unknown;
    const known = this.schema().then(
      () => undefined,
      (error: unknown) => {
        if (QmpError.is(error) && error.errorClass === 'CommandNotFound') this.#schemaless = session;
        else failure = error;
      },
    );
    const end = await settledOrAborted(known, clock, timeout, signal);
    if (end === 'aborted') throw abortedError(signal, `"${command}"`, NOT_SENT);
    if (end === 'late') {
      throw new QmpError('QMP_COMMAND_TIMEOUT', `"${command}" waited ${seconds(timeout)} for the server's schema`, {
        command,
        hint: NOT_SENT,
      });
    }
    if (failure !== undefined) throw failure;
  }

  get #key(): string {
    const { session } = this.#link;
    return JSON.stringify(session?.greeting?.QMP.version ?? session?.label ?? '');
  }

  /** Asks once for all who want it meanwhile. */
  #fetch(session: Session | undefined): Promise<LiveSchema> {
    const { session: asked, schema: coming } = this.#fetching ?? {};
    if (coming !== undefined && asked === session) return coming;
    const schema = this.#link
      .send('query-qmp-schema', undefined, this.#timeout, {})
      .then((entities) => new LiveSchema(entities as unknown as SchemaInfo[]))
      .finally(() => {
        this.#fetching = undefined;
      });
    this.#fetching = { session, schema };
    return schema;
  }
}
