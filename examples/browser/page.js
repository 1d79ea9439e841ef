// A PC in a worker of this page, its monitor in the page, and a QMP client that talks to it over a MessageChannel.
import { connect } from 'qmp/client';
import { messagePortChardev } from 'qmp/web';
import { createMachine, createMachineMonitor, files } from 'qmp-machine/browser';

const element = (id) => document.getElementById(id);

const machine = await createMachine({ memory: 16 << 20 });
const { qmp } = createMachineMonitor(machine, { name: 'in a page' });
const { port1, port2 } = new MessageChannel();
qmp.attach(messagePortChardev(port2));
const client = await connect(messagePortChardev(port1));

const serial = machine.serialPorts[0];
const decoder = new TextDecoder();
serial.connect((bytes) => {
  element('serial').append(decoder.decode(bytes, { stream: true }).replaceAll('\r', ''));
  element('serial').scrollTop = element('serial').scrollHeight;
});

function log(text, kind = '') {
  const line = document.createElement('div');
  line.textContent = text;
  line.className = kind;
  element('log').append(line);
  element('log').scrollTop = element('log').scrollHeight;
}

async function showEvents() {
  for await (const event of client.listen('*')) {
    log(JSON.stringify(event), 'event');
    await showState();
  }
}

async function execute(name, args) {
  log(`→ ${JSON.stringify({ execute: name, ...(args && { arguments: args }) })}`);
  try {
    log(`← ${JSON.stringify(await client.execute(name, args))}`);
  } catch (error) {
    log(`← ${error.message}`, 'error');
  }
}

async function showState() {
  element('state').textContent = (await client.execute('query-status')).status;
}

// A screendump goes to a file as everywhere; a page's files are blobs, and a blob is what an image element shows.
async function showScreen() {
  await client.execute('screendump', { filename: 'screen.png', format: 'png' });
  const former = element('screen').src;
  element('screen').src = URL.createObjectURL(files.get('screen.png'));
  URL.revokeObjectURL(former);
}

for (const name of ['query-status', 'stop', 'cont', 'system_reset', 'system_powerdown', 'query-block', 'query-pci']) {
  const button = document.createElement('button');
  button.textContent = name;
  button.addEventListener('click', () => execute(name));
  element('buttons').append(button);
}

element('command').addEventListener('submit', (event) => {
  event.preventDefault();
  try {
    const { execute: name, arguments: args } = JSON.parse(event.target.elements.text.value);
    void execute(name, args);
  } catch (error) {
    log(error.message, 'error');
  }
});

element('type').addEventListener('submit', (event) => {
  event.preventDefault();
  serial.write(new TextEncoder().encode(`${event.target.elements.text.value}\r`));
  event.target.reset();
});

void showEvents();
await client.execute('cont');
await showState();
while (!machine.over) {
  await showScreen();
  await new Promise((resolve) => setTimeout(resolve, 250));
}
