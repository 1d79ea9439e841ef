// A server of one's own schema: node examples/own-schema.mjs unix:/tmp/lamp.sock
import { readFileSync } from 'node:fs';
import { compile, compileValidators, introspectionReply, schemaTable } from 'qapi';
import { listenChardev } from 'qmp/chardev';
import { createMonitor, prepare } from 'qmp/monitor';

const read = (path) => ({ text: readFileSync(new URL(path, import.meta.url), 'utf8') });
const { schema, findings } = compile(read, 'lamp.qapi');
if (schema === undefined) throw new Error(findings[0].message);
const check = compileValidators(schemaTable(schema));
const introspection = prepare(introspectionReply(schema, new Set()));

let lamp = { on: false, brightness: 255 };
const handlers = {
  'lamp-query': () => lamp,
  'lamp-set': (args, { emit }) => {
    lamp = { ...lamp, ...args };
    emit('LAMP_CHANGED', lamp);
  },
  'query-qmp-schema': () => introspection,
};
const monitor = createMonitor({
  version: { qemu: { micro: 0, minor: 1, major: 0 }, package: 'lamp' },
  commands: Object.entries(handlers).map(([name, handler]) => ({ name, handler, validate: check.get(name) })),
});
const listener = await listenChardev(`${process.argv[2] ?? 'tcp:127.0.0.1:0'},server=on,wait=off`);
console.log(`listening on ${listener.label}`);
process.once('SIGTERM', () => monitor.close());
await monitor.serve(listener);
