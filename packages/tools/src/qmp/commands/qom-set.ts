import type { QmpClient } from 'qmp';
import type { JsonValue } from 'qmp/json';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { targetOf } from '../../cli/target.js';
import { untyped } from '../../language/untyped.js';
import { pairFromWord } from '../../language/words.js';
import { asList } from '../../vm-info/read-json.js';
import { qomName, qomProperty, qomType } from './qom-members.js';

/** `qmp qom set` and `qom-set`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = targetOf(call, 2, 'PATH.PROPERTY or VALUE');
  const { path, property, rest: values } = qomProperty(rest);
  const [text, extra] = values;
  if (text === undefined) throw new UsageError('a value is missing', 'write PATH.PROPERTY VALUE');
  if (extra !== undefined)
    throw new UsageError(`'${extra}' is one argument too many`, 'put a value with blanks in quotes');
  return withClient(call, address, async (client) => {
    const value = await valueFor(client, path, property, text);
    await client.execute('qom-set', { path, property, value });
    return exitCode.done;
  });
}

/** A property of type string takes the text as it is; the others what it looks like. */
async function valueFor(client: QmpClient, path: string, property: string, text: string): Promise<JsonValue> {
  const members = asList(await client.execute('qom-list', { path }));
  const type = members.filter((one) => qomName(one) === property).map(qomType)[0];
  if (type === 'string' || type === 'str') return text;
  return untyped(pairFromWord(`value=${text}`).value);
}
