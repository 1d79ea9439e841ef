import type { V86Internals } from '../internals.js';
import type { NicConfig } from './config.js';
import type { HostSockets } from './sockets.js';
import { UserNetwork } from './user-network.js';

/** The one bit of a virtio card's status. */
const LINK_UP = 1;
const ROUTER_MAC = '52:55:0a:00:02:02';

/** What the host has to know of a card. */
export interface NicState {
  /** The guest's address, as the card has it now. */
  readonly mac: string;
  readonly forwardedPorts: readonly number[];
}

/** How v86 has to be made for a card, or for none. */
export function nicOptions(nic: NicConfig | undefined): object {
  if (nic === undefined) return { net_device: { type: 'none' } };
  const { peer, model } = nic;
  const network =
    peer === undefined ? {} : { relay_url: 'fetch', router_mac: ROUTER_MAC, router_ip: peer.host, vm_ip: peer.guest };
  return {
    net_device: { type: model === 'ne2k_pci' ? 'ne2k' : 'virtio', ...network },
    preserve_mac_from_state_image: true,
  };
}

/** The network card of one machine, and the network behind it. */
export class Nic {
  readonly #internals: V86Internals;
  readonly #network: UserNetwork | undefined;
  #through = true;
  #mac: string;

  /**
   * Connects the card that {@link nicOptions} asked for.
   *
   * @param addressChanged the guest gave its card another address.
   */
  constructor(
    internals: V86Internals,
    config: NicConfig,
    sockets: HostSockets | undefined,
    addressChanged: () => void,
  ) {
    this.#internals = internals;
    this.#mac = config.mac;
    const adapter = internals.network_adapter;
    this.#network =
      adapter === undefined || config.peer === undefined ? undefined : new UserNetwork(adapter, config.peer, sockets);
    if (adapter !== undefined) this.#watch(adapter);
    this.#setAddress(config.mac);
    internals.bus.register<string>('net0-mac', (mac) => {
      if (mac === this.#mac) return;
      this.#mac = mac;
      addressChanged();
    });
  }

  /** @throws {Error} when a port of the host cannot be opened. */
  async start(): Promise<void> {
    await this.#network?.start();
  }

  get state(): NicState {
    return { mac: this.#mac, forwardedPorts: this.#network?.forwardedPorts ?? [] };
  }

  /** Plugs the cable in or out. A virtio card tells its guest; an NE2000 has no means to. */
  setLink(carrier: boolean, through: boolean): void {
    this.#through = through;
    const card = this.#internals.v86.cpu.devices.virtio_net;
    const status = carrier ? LINK_UP : 0;
    if (card === undefined || card.status === status) return;
    card.status = status;
    card.virtio.notify_config_changes();
  }

  close(): void {
    this.#network?.close();
  }

  /** Puts the link and the network's rules between the card and v86's network stack. */
  #watch(adapter: NonNullable<V86Internals['network_adapter']>): void {
    const send = adapter.send.bind(adapter);
    const receive = adapter.receive.bind(adapter);
    adapter.send = (frame) => {
      if (this.#through) this.#network?.send(frame, send);
    };
    adapter.receive = (frame) => {
      if (this.#through) receive(frame);
    };
  }

  #setAddress(mac: string): void {
    const { net, virtio_net: virtio } = this.#internals.v86.cpu.devices;
    const bytes = Uint8Array.from(mac.split(':'), (digits) => Number.parseInt(digits, 16));
    if (virtio !== undefined) virtio.mac = bytes;
    net?.mac.set(bytes);
    for (const [index, byte] of bytes.entries()) net?.memory.fill(byte, index * 2, index * 2 + 2);
    this.#internals.network_adapter?.vm_mac.set(bytes);
  }
}
