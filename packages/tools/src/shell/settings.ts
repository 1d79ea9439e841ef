import type { EventFilter } from './event-filter.js';

/** How the shell behaves; its dot commands change it. */
export interface ShellSettings {
  /** Print what is sent and received as JSON. */
  verbose: boolean;
  /** Print JSON indented. */
  pretty: boolean;
  /** Print replies as on the wire, not for a person. */
  json: boolean;
  /** Lines go to the human monitor. */
  hmp: boolean;
  /** The CPU that the human monitor looks at, when one was chosen. */
  cpu: number | undefined;
  readonly events: EventFilter;
}

/** Where the shell prints. */
export interface Printer {
  print(text: string): void;
  /** For complaints: the error stream when output is piped. */
  complain(text: string): void;
  /** Prints something that may be longer than the terminal is high. */
  page(text: string): Promise<void>;
  readonly columns: number;
}
