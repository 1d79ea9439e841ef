// A server of one's own schema: node examples/own-schema.mjs unix:/tmp/lamp.sock
import { readFileSync } from 'node:fs';
import { compile, introspectionReply, schemaTable, tableCommands } from 'qapi';
import { listenChardev } from 'qmp/chardev';
import { createMonitor } from 'qmp/monitor';

const { schema } = compile((path) => ({ text: readFileSync(new URL(path, import.meta.url), 'utf8') }), 'lamp.qapi');
let lamp = { on: false, brightness: 255 };
const commands = tableCommands(schemaTable(schema), {
  'lamp-query': () => lamp,
  'lamp-set': (args, { emit }) => {
    lamp = { ...lamp, ...args };
    emit('LAMP_CHANGED', lamp);
  },
});
commands.push({ name: 'query-qmp-schema', handler: () => introspectionReply(schema, new Set()) });
const monitor = createMonitor({ version: { qemu: { micro: 0, minor: 1, major: 0 }, package: 'lamp' }, commands });
const listener = await listenChardev(`${process.argv[2] ?? 'tcp:127.0.0.1:0'},server=on,wait=off`);
console.log(`listening on ${listener.label}`);
process.once('SIGTERM', () => monitor.close());
await monitor.serve(listener);
