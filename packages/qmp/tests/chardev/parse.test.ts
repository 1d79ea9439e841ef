import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  escapeOptionValue,
  parseAddress,
  parseCharDevice,
  parseChardevOption,
  parseMonitorOption,
  parseOptionList,
} from 'qmp/chardev';
import type { JsonObject } from 'qmp/json';

const entries = (text: string, implied?: string) => Object.fromEntries(parseOptionList(text, implied));
const inet = (host: string, port: number) => ({ type: 'inet', host, port });
const socket = {
  backend: 'socket',
  server: false,
  wait: false,
  protocol: 'raw',
  nodelay: true,
  reconnectMs: 0,
  origins: [],
  insecure: false,
};

test('an option list has values, flags, negated flags and an implied first name', () => {
  assert.deepEqual(entries('socket,id=m,server,nowait,path=/p', 'backend'), {
    backend: 'socket',
    id: 'm',
    server: 'on',
    wait: 'off',
    path: '/p',
  });
  assert.deepEqual(entries('server=on,wait=off'), { server: 'on', wait: 'off' });
  assert.deepEqual(entries(''), {});
  assert.deepEqual(entries('a=,b=x=y'), { a: '', b: 'x=y' });
});

test('two commas stand for one inside a value, also in the implied one', () => {
  assert.deepEqual(entries('path=a,,b,,,,c,id=x'), { path: 'a,b,,c', id: 'x' });
  assert.deepEqual(entries('/a,,b,server', 'path'), { path: '/a,b', server: 'on' });
});

test('any value survives escaping', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.deepEqual(entries(`x=${escapeOptionValue(a)},y=${escapeOptionValue(b)}`), { x: a, y: b });
    }),
  );
});

test('a name given twice keeps its last value', () => {
  assert.deepEqual(entries('port=1,port=2'), { port: '2' });
});

test('the short forms of the founding document are read', () => {
  assert.deepEqual(parseAddress('tcp:localhost:4444,server'), {
    ...socket,
    address: inet('localhost', 4444),
    server: true,
    wait: true,
  });
  for (const off of ['nowait', 'wait=off', 'wait=no']) {
    assert.deepEqual(parseAddress(`tcp:localhost:4444,server,${off}`), {
      ...socket,
      address: inet('localhost', 4444),
      server: true,
    });
  }
  assert.deepEqual(parseCharDevice('telnet:localhost:4444,server,nowait'), {
    kind: 'chardev',
    spec: { ...socket, protocol: 'telnet', server: true, address: inet('localhost', 4444) },
  });
});

test('the forms of -chardev socket are read', () => {
  assert.deepEqual(parseChardevOption('socket,id=m,host=::1,port=4444,to=4450,ipv6=on,server=on,wait=off,delay=on'), {
    ...socket,
    id: 'm',
    address: { ...inet('::1', 4444), to: 4450, ipv6: true },
    server: true,
    nodelay: false,
  });
  assert.deepEqual(parseChardevOption('socket,id=m,path=x,abstract=on'), {
    ...socket,
    id: 'm',
    address: { type: 'unix', path: 'x', abstract: true, tight: true },
  });
  assert.deepEqual(parseChardevOption('socket,id=m,fd=3'), { ...socket, id: 'm', address: { type: 'fd', fd: 3 } });
  assert.deepEqual(parseChardevOption('socket,id=m,path=/p,reconnect=2'), {
    ...socket,
    id: 'm',
    address: { type: 'unix', path: '/p' },
    reconnectMs: 2000,
  });
});

test('JSON says the same, flat and in the form of chardev-add', () => {
  const expected = parseChardevOption('socket,id=m,path=/p,server=on,wait=off');
  assert.deepEqual(
    parseChardevOption('{"id":"m","backend":"socket","path":"/p","server":true,"wait":false}'),
    expected,
  );
  const added = {
    id: 'm',
    backend: {
      type: 'socket',
      data: { addr: { type: 'unix', data: { path: '/p' } }, server: true, wait: false },
    },
  };
  assert.deepEqual(parseChardevOption(added), expected);
  const socket = (rest: JsonObject) => ({
    id: 'm',
    backend: { type: 'socket', data: { addr: { type: 'unix', data: { path: '/p' } }, ...rest } },
  });
  assert.deepEqual(parseChardevOption(socket({})), expected, 'chardev-add listens and does not wait by default');
  assert.deepEqual(parseChardevOption(socket({ server: false })), parseChardevOption('socket,id=m,path=/p'));
  assert.deepEqual(parseChardevOption({ id: 'f', backend: { type: 'file', data: { out: '/o', append: true } } }), {
    id: 'f',
    backend: 'file',
    path: '/o',
    append: true,
  });
});

test('every other backend has its options', () => {
  assert.deepEqual(parseChardevOption('stdio,id=s,signal=off,mux=on'), {
    id: 's',
    mux: true,
    backend: 'stdio',
    signal: false,
  });
  assert.deepEqual(parseChardevOption('ringbuf,id=r,size=1k'), { id: 'r', backend: 'ringbuf', size: 1024 });
  assert.deepEqual(parseChardevOption('ringbuf,id=r,size=0x400'), { id: 'r', backend: 'ringbuf', size: 1024 });
  assert.deepEqual(parseChardevOption('ringbuf,id=r,size=0.5k'), { id: 'r', backend: 'ringbuf', size: 512 });
  assert.deepEqual(parseChardevOption('ringbuf,id=r,size=0'), { id: 'r', backend: 'ringbuf', size: 65_536 });
  assert.deepEqual(parseChardevOption('memory,id=r'), { id: 'r', backend: 'ringbuf', size: 65_536 });
  assert.deepEqual(parseChardevOption('file,id=f,path=/o,input-path=/i'), {
    id: 'f',
    backend: 'file',
    path: '/o',
    inputPath: '/i',
    append: false,
  });
  assert.deepEqual(parseChardevOption('pipe,id=p,path=/p'), { id: 'p', backend: 'pipe', path: '/p' });
  assert.deepEqual(parseCharDevice('pty'), { kind: 'chardev', spec: { backend: 'pty' } });
  assert.deepEqual(parseCharDevice('null'), { kind: 'chardev', spec: { backend: 'null' } });
  assert.deepEqual(parseCharDevice('file:/a,,b'), {
    kind: 'chardev',
    spec: { backend: 'file', path: '/a,b', append: false },
  });
  assert.deepEqual(parseCharDevice('mon:stdio'), {
    kind: 'chardev',
    spec: { backend: 'stdio', signal: false, mux: true },
  });
  assert.deepEqual(parseCharDevice('chardev:m'), { kind: 'reference', id: 'm' });
  assert.deepEqual(parseCharDevice('none'), { kind: 'none' });
});

test('what people type is an address: a path, host:port, brackets, ws://', () => {
  assert.deepEqual(parseAddress('/run/vm.sock'), { ...socket, address: { type: 'unix', path: '/run/vm.sock' } });
  assert.deepEqual(parseAddress('./vm.sock'), { ...socket, address: { type: 'unix', path: './vm.sock' } });
  assert.deepEqual(parseAddress('localhost:4444'), { ...socket, address: inet('localhost', 4444) });
  assert.deepEqual(parseAddress(':4444'), { ...socket, address: inet('', 4444) });
  assert.deepEqual(parseAddress('[::1]:4444'), { ...socket, address: inet('::1', 4444) });
  assert.deepEqual(parseAddress('tcp:[::1]:4444'), { ...socket, address: inet('::1', 4444) });
  assert.deepEqual(parseAddress('ws://h:80/x'), { ...socket, protocol: 'websocket', address: inet('h', 80) });
  assert.deepEqual(parseAddress('socket,path=/p'), { ...socket, address: { type: 'unix', path: '/p' } });
  assert.deepEqual(parseAddress('fd:3'), { ...socket, address: { type: 'fd', fd: 3 } });
});

test('-mon names a chardev, a mode and a layout', () => {
  assert.deepEqual(parseMonitorOption('chardev=m,mode=control,pretty=on'), {
    chardev: 'm',
    mode: 'control',
    pretty: true,
  });
  assert.deepEqual(parseMonitorOption('m'), { chardev: 'm', mode: 'readline', pretty: false });
});

const bad: readonly (readonly [what: string, parse: () => unknown, code: string, message: RegExp, hint?: RegExp])[] = [
  ['no address', () => parseAddress('foo'), 'QMP_ADDRESS_INVALID', /'foo' is not an address/, /tcp:HOST:PORT/],
  ['nothing', () => parseAddress(''), 'QMP_ADDRESS_INVALID', /'' is not an address/],
  ['no port', () => parseAddress('tcp:localhost'), 'QMP_ADDRESS_INVALID', /not tcp:HOST:PORT/, /localhost:4444/],
  [
    'a port in letters',
    () => parseAddress('tcp:h:http'),
    'QMP_OPTION_INVALID',
    /'port' expects a number from 0 to 65535/,
  ],
  ['a port too large', () => parseAddress('tcp:h:65536'), 'QMP_OPTION_INVALID', /'65536'/],
  [
    'a misspelt option',
    () => parseAddress('tcp:h:1,sever=on'),
    'QMP_OPTION_INVALID',
    /Invalid parameter 'sever'/,
    /'server'/,
  ],
  [
    'an unknown option',
    () => parseAddress('tcp:h:1,colour=red'),
    'QMP_OPTION_INVALID',
    /Invalid parameter 'colour'/,
    /It takes/,
  ],
  ['a flag that is neither', () => parseAddress('tcp:h:1,server=maybe'), 'QMP_OPTION_INVALID', /expects 'on' or 'off'/],
  ['wait without server', () => parseAddress('tcp:h:1,wait=off'), 'QMP_OPTION_INVALID', /'wait' does not fit a client/],
  ['a server that reconnects', () => parseAddress('tcp:h:1,server,reconnect=1'), 'QMP_OPTION_INVALID', /'reconnect'/],
  [
    'two places',
    () => parseChardevOption('socket,id=m,path=/p,host=h,port=1'),
    'QMP_OPTION_INVALID',
    /exclude each other/,
  ],
  ['no place', () => parseChardevOption('socket,id=m'), 'QMP_OPTION_INVALID', /needs 'path'/],
  ['an empty path', () => parseAddress('unix:'), 'QMP_OPTION_INVALID', /needs 'path'/],
  ['telnet in websocket', () => parseAddress('telnet:h:1,websocket=on'), 'QMP_OPTION_INVALID', /exclude each other/],
  ['no family', () => parseAddress('tcp:h:1,ipv4=off,ipv6=off'), 'QMP_OPTION_INVALID', /cannot both be off/],
  ['no id', () => parseChardevOption('socket,path=/p'), 'QMP_OPTION_INVALID', /no id specified/],
  ['a bad id', () => parseChardevOption('null,id=1a'), 'QMP_OPTION_INVALID', /expects an identifier/],
  [
    'a misspelt backend',
    () => parseChardevOption('soket,id=m'),
    'QMP_OPTION_INVALID',
    /not a valid char driver name/,
    /'socket'/,
  ],
  ['an odd ring size', () => parseChardevOption('ringbuf,id=r,size=1000'), 'QMP_OPTION_INVALID', /power of two/],
  ['a file without path', () => parseChardevOption('file,id=f'), 'QMP_OPTION_INVALID', /'path' is missing/],
  ['broken JSON', () => parseChardevOption('{"id":'), 'QMP_OPTION_INVALID', /not JSON/],
  [
    'a nested value',
    () => parseChardevOption('{"id":"m","backend":"null","x":[1]}'),
    'QMP_OPTION_INVALID',
    /'x' must be/,
  ],
  [
    'a mode that is none',
    () => parseMonitorOption('m,mode=qmp'),
    'QMP_OPTION_INVALID',
    /'mode' does not accept value 'qmp'/,
  ],
  ['-mon without chardev', () => parseMonitorOption('mode=control'), 'QMP_OPTION_INVALID', /'chardev' is missing/],
  ['a pretty human monitor', () => parseMonitorOption('m,pretty=on'), 'QMP_OPTION_INVALID', /'pretty'/],
];
for (const [what, parse, code, message, hint] of bad) {
  test(`${what} is refused with the cause and the next step`, () => {
    assert.throws(parse, (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      if (hint !== undefined) assert.match(error.hint ?? '', hint);
      return true;
    });
  });
}

test('no text makes the parser throw anything but a QmpError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(tcp|unix|fd|ws|socket|\{)[:,=\w[\]"./-]*$/)), (text) => {
      for (const parse of [parseAddress, parseCharDevice, parseChardevOption, parseMonitorOption]) {
        try {
          parse(text);
        } catch (error) {
          assert.match((error as { code?: string }).code ?? String(error), /^QMP_/);
        }
      }
    }),
  );
});
