import type { RxFilterInfo } from '../api/index.js';
import type { NicConfig } from '../emulator/network/config.js';
import type { NicState } from '../emulator/network/nic.js';
import type { Chassis } from './chassis.js';
import { MachineError } from './errors.js';

/** The card that a machine has when nobody asks for another: isolated, as `restrict=on` says. */
export function defaultNic(): NicConfig {
  return {
    id: 'ne2k_pci.0',
    named: false,
    model: 'ne2k_pci',
    mac: '52:54:00:12:34:56',
    peer: {
      id: '#net100',
      network: '10.0.2.0',
      host: '10.0.2.2',
      guest: '10.0.2.15',
      restrict: true,
      hostForwards: [],
    },
  };
}

/** The network card of a machine as its monitors see it. */
export class Network {
  readonly config: NicConfig | undefined;
  readonly #machine: Chassis;
  #cardUp = true;
  #peerUp = true;
  /** Whether the next change of the card's filter is told. */
  #tellsFilter = false;

  constructor(machine: Chassis, config: NicConfig | undefined) {
    this.#machine = machine;
    this.config = config;
  }

  /** The card's place in the object tree. */
  get path(): string {
    const { config } = this;
    return config?.named ? `/machine/peripheral/${config.id}` : '/machine/peripheral-anon/device[0]';
  }

  /** @throws {MachineError} when there is no card. */
  async state(): Promise<NicState> {
    const state = await this.#machine.emulator.nic();
    if (state === undefined) throw new MachineError('the machine has no network card');
    return state;
  }

  /**
   * Plugs a cable in or out, at the card or at what it is connected to. A card goes with its peer, not the peer with
   * its card, as in QEMU.
   *
   * @throws {MachineError} when nothing has that name.
   */
  async setLink(name: string, up: boolean): Promise<void> {
    const card = this.config?.id === name;
    if (!card && this.config?.peer?.id !== name) throw new MachineError(`Device '${name}' not found`, 'DeviceNotFound');
    this.#cardUp = up;
    if (!card) this.#peerUp = up;
    await this.applyLink();
  }

  /** Tells the emulator how the cable is; a new one does not know. */
  async applyLink(): Promise<void> {
    if (this.config !== undefined) await this.#machine.emulator.setLink(this.#cardUp, this.#cardUp && this.#peerUp);
  }

  /**
   * What the card takes. v86 hands on every frame, whatever the guest asks for.
   *
   * @throws {MachineError} when `name` is no card, or one that cannot be asked.
   */
  async filters(name: string | undefined): Promise<RxFilterInfo[]> {
    const { config } = this;
    if (name !== undefined && name !== config?.id) {
      if (name === config?.peer?.id) throw new MachineError(`net client(${name}) isn't a NIC`);
      throw new MachineError(`invalid net client name: ${name}`);
    }
    if (config?.model !== 'virtio-net-pci') {
      if (name !== undefined) throw new MachineError(`net client(${name}) doesn't support rx-filter querying`);
      return [];
    }
    this.#tellsFilter = true;
    const { mac } = await this.state();
    return [
      {
        name: config.id,
        promiscuous: true,
        multicast: 'normal',
        unicast: 'normal',
        vlan: 'all',
        'broadcast-allowed': true,
        'multicast-overflow': false,
        'unicast-overflow': false,
        'main-mac': mac,
        'vlan-table': [],
        'unicast-table': [],
        'multicast-table': [],
      },
    ];
  }

  /** The guest gave its card another address. */
  addressChanged(): void {
    if (!this.#tellsFilter || this.config?.model !== 'virtio-net-pci') return;
    this.#tellsFilter = false;
    this.#machine.emit('NIC_RX_FILTER_CHANGED', { name: this.config.id, path: this.path });
  }
}
