import type { Api as NewestApi } from '../api/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';
import type { EventMessage } from '../protocol/messages.js';

/** An API: its commands and events by their names on the wire. The schema compiler generates these. */
export interface Api {
  /** By name `{arguments, return}`, and where they apply `oob: true` and `features`. */
  readonly commands: object;
  /** The type of `data` by name. */
  readonly events: object;
}

/** The API of a server of which nothing is known: any name, any arguments. */
export interface AnyApi extends Api {
  readonly commands: { readonly [name: string]: { arguments: JsonObject; return: JsonValue; oob: true } };
  readonly events: { readonly [name: string]: JsonObject | undefined };
}

/** An API with these commands of the newest one added. */
export interface Extended<A extends Api, C extends keyof NewestApi['commands']> extends Api {
  readonly commands: A['commands'] & Pick<NewestApi['commands'], C>;
  readonly events: A['events'];
}

export type CommandName<A extends Api> = keyof A['commands'] & string;
export type EventName<A extends Api> = keyof A['events'] & string;

/** The arguments of a command. */
export type Arguments<A extends Api, C extends CommandName<A>> = A['commands'][C] extends { arguments: infer X }
  ? X
  : JsonObject;

/** What a command returns. */
export type Result<A extends Api, C extends CommandName<A>> = A['commands'][C] extends { return: infer X }
  ? X
  : JsonValue;

/** The commands that can be executed out-of-band. */
export type OobCommandName<A extends Api> = {
  [C in CommandName<A>]: A['commands'][C] extends { oob: true } ? C : never;
}[CommandName<A>];

/** Options of a call, of which `oob` is only for commands that can be executed out-of-band. */
export type WithOob<A extends Api, C extends CommandName<A>, Options> = A['commands'][C] extends { oob: true }
  ? Options
  : Options & { readonly oob?: false };

/** Arguments and options of a call; arguments may be left out when none is required. */
export type Rest<A extends Api, C extends CommandName<A>, Options> =
  Record<never, never> extends Arguments<A, C>
    ? [args?: Arguments<A, C>, options?: Options]
    : [args: Arguments<A, C>, options?: Options];

/** An event with its place in the order in which this client received events. */
export interface ReceivedEvent<Name extends string = string, Data = JsonObject | undefined>
  extends EventMessage<Name, Data> {
  /** Counts the events of this client from 1 on, across reconnects. */
  readonly cursor: number;
}

/** The events with these names, told apart by `event`. */
export type EventOf<A extends Api, Name extends EventName<A>> = {
  [N in Name]: ReceivedEvent<N extends '*' ? string : N, A['events'][N]>;
}[Name];

/** A part of the data of events with these names. */
export type Part<A extends Api, Name extends EventName<A>> = string extends Name ? JsonObject : Some<A['events'][Name]>;

/** Some members of a value, nested ones alike. */
type Some<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [M in keyof T]?: Some<T[M]> } : T;

/**
 * Which events: a name, several names, `"*"` for all, or an object that narrows further: `data` has to be contained in
 * the event's data, member by member and nested, and `where` has to return true.
 */
export type EventSelector<A extends Api, Name extends EventName<A>> =
  | Name
  | readonly Name[]
  | '*'
  | {
      readonly event: Name | readonly Name[] | '*';
      readonly data?: Part<A, Name>;
      readonly where?: (event: EventOf<A, Name>) => boolean;
    };
