import type { ExecuteOptions, QmpClient } from 'qmp';
import type { JsonObject, JsonValue } from 'qmp/json';
import { QmpError } from 'qmp/protocol';
import { ServerSchema } from '../schema/server-schema.js';
import { asList, asText, member } from '../vm-info/read-json.js';

/** How long the properties of a device are waited for, in milliseconds: they are a help, not a need. */
const learnTimeout = 3000;

/** A client together with what the server says about itself. The schema is read in the background. */
export class Server {
  readonly client: QmpClient;
  readonly #agent: boolean;
  #schema: ServerSchema | undefined;
  #commandNames: readonly string[] = [];
  #loading: Promise<void> = Promise.resolve();

  constructor(client: QmpClient, agent: boolean) {
    this.client = client;
    this.#agent = agent;
  }

  /** Undefined before {@link ready}, and for a server that shows none. */
  get schema(): ServerSchema | undefined {
    return this.#schema;
  }

  get commandNames(): readonly string[] {
    return this.#commandNames;
  }

  /** Starts to read the schema: at the start, and again after a reconnect, which may lead to another server. */
  load(): void {
    this.#loading = this.#read();
  }

  /** Resolves when the schema was read, or cannot be. */
  ready(): Promise<void> {
    return this.#loading;
  }

  /** Gets the properties of the device that an open command creates into the schema, the first time it is named. */
  async learn(command: string, given: (argument: string) => string | undefined): Promise<void> {
    const schema = this.#schema;
    const device = given(schema?.command(command)?.open ?? '');
    if (schema === undefined || device === undefined || schema.knowsDevice(device)) return;
    try {
      const args = { typename: device };
      schema.learnDevice(device, await this.client.execute('device-list-properties', args, { timeout: learnTimeout }));
    } catch (error) {
      // A type that does not exist is for the server to refuse.
      if (!QmpError.is(error)) throw error;
    }
  }

  execute(command: string, args: JsonObject, options: ExecuteOptions = {}): Promise<JsonValue> {
    return this.client.execute(command, args, options);
  }

  async #read(): Promise<void> {
    try {
      if (this.#agent) {
        const info = await this.client.execute('guest-info');
        this.#commandNames = names(asList(member(info, 'supported_commands')));
      } else {
        const schema = new ServerSchema(await this.client.execute('query-qmp-schema'));
        this.#commandNames = schema.commandNames;
        // A schema without commands is none: it would refuse everything.
        this.#schema = schema.commandNames.length === 0 ? undefined : schema;
      }
    } catch (error) {
      if (!QmpError.is(error)) throw error;
      this.#schema = undefined;
      const listed = await this.client.execute('query-commands').catch(() => []);
      this.#commandNames = names(asList(listed));
    }
  }
}

function names(list: readonly JsonValue[]): string[] {
  return list.map((one) => asText(member(one, 'name')) ?? '').sort();
}
