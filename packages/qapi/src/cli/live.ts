import { UsageError } from './errors.js';

/** The part of the package `qmp` that is used here. This package does not depend on it. */
interface Qmp {
  connect(address: string, options?: object): Promise<Client>;
}

interface Client {
  execute(command: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Asks a running server for its schema. */
export async function readReply(address: string): Promise<unknown> {
  const { connect } = await loadQmp();
  let client: Client | undefined;
  try {
    client = await connect(address);
    return await client.execute('query-qmp-schema');
  } catch (error) {
    throw new UsageError(`cannot read the schema of ${address}: ${(error as Error).message}`);
  } finally {
    await client?.close();
  }
}

async function loadQmp(): Promise<Qmp> {
  const name = 'qmp';
  try {
    return (await import(name)) as Qmp;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError('reading the schema of a running server needs the package "qmp": npm install qmp');
  }
}
