import type { QmpError } from '../protocol/index.js';

/** One connection of one client to a monitor. */
export interface MonitorSession {
  /** Counts from 1 in the order the sessions were opened. */
  readonly number: number;
  /** The chardev's name for this connection. */
  readonly label: string;
  /** Negotiating until `qmp_capabilities` succeeded. */
  readonly state: 'negotiating' | 'running' | 'closed';
  /** What the client enabled. */
  readonly capabilities: readonly string[];
  /** Resolves when the connection is over, with the cause when it was not an orderly end. Never rejects. */
  readonly closed: Promise<Error | undefined>;
  /** Sends what is written and closes. With a reason, drops what is not yet sent. */
  close(reason?: QmpError): Promise<void>;
}
