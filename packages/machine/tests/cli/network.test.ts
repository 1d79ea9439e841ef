import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { splitArguments } from '#src/cli/arguments.js';
import { readConfig } from '#src/cli/config.js';

const nicOf = (...argv: string[]) => readConfig(splitArguments(argv)).nic;
const refuses = (message: RegExp | string, ...argv: string[]) =>
  assert.throws(() => nicOf(...argv), { name: 'Error', message });

describe('the network on the command line', () => {
  test('without options there is a card on a network that leads nowhere', () => {
    const nic = nicOf();
    assert.deepEqual([nic?.model, nic?.id, nic?.peer?.restrict], ['ne2k_pci', 'ne2k_pci.0', true]);
    assert.equal(nicOf('-nic', 'none'), null);
    assert.equal(nicOf('-net', 'none'), null);
  });

  test('a card and its network are named and joined', () => {
    const netdev = 'user,id=n0,net=192.168.7.0/24,restrict=off,hostfwd=tcp::5555-:22,hostfwd=tcp:127.0.0.1:0-:80';
    const nic = nicOf('-device', 'virtio-net-pci,netdev=n0,mac=52:54:00:AB:CD:EF,id=nic0', '-netdev', netdev);
    assert.deepEqual(nic, {
      id: 'nic0',
      named: true,
      model: 'virtio-net-pci',
      mac: '52:54:00:ab:cd:ef',
      peer: {
        id: 'n0',
        network: '192.168.7.0',
        host: '192.168.7.2',
        guest: '192.168.7.15',
        restrict: false,
        hostForwards: [
          { address: '0.0.0.0', port: 5555, guestPort: 22 },
          { address: '127.0.0.1', port: 0, guestPort: 80 },
        ],
      },
    });
    assert.equal(nicOf('-nic', 'user,model=virtio,id=x')?.peer?.id, 'x');
    assert.equal(nicOf('-device', 'ne2k_pci')?.peer, undefined);
  });

  test('what is wrong is named', () => {
    refuses("-netdev user: Parameter 'id' is missing", '-netdev', 'user');
    refuses(/netdev n0 has no peer/, '-netdev', 'user,id=n0');
    refuses(/Property 'ne2k_pci.netdev' can't find value 'n0'/, '-device', 'ne2k_pci,netdev=n0');
    refuses(/Unsupported NIC model: e1000/, '-nic', 'user,model=e1000');
    refuses(/Parameter 'type' does not accept value 'tap'/, '-nic', 'tap');
    refuses(/Invalid parameter 'smb'/, '-nic', 'user,smb=/tmp');
    refuses(/Property 'ne2k_pci.mac' doesn't take value '1:2'/, '-device', 'ne2k_pci,mac=1:2');
    refuses(/Invalid host forwarding rule 'udp::1-:2'/, '-nic', 'user,hostfwd=udp::1-:2');
    refuses(/Invalid host forwarding rule 'tcp::99999-:2'/, '-nic', 'user,hostfwd=tcp::99999-:2');
    refuses(/Parameter 'host' expects an address in 10.0.2.0\/24/, '-nic', 'user,host=10.0.3.2');
    refuses(/Parameter 'net' expects/, '-nic', 'user,net=10.0.0.0/8');
    refuses(/too many network cards/, '-device', 'ne2k_pci', '-device', 'virtio-net-pci');
  });
});
