/** Models of network cards that v86 has, as QEMU names them. */
export const NIC_MODELS = ['ne2k_pci', 'virtio-net-pci'] as const;
export type NicModel = (typeof NIC_MODELS)[number];

/** A network card and what it is connected to. */
export interface NicConfig {
  /** What `set_link` calls it. */
  readonly id: string;
  /** Whether the user gave it that name. */
  readonly named: boolean;
  readonly model: NicModel;
  /** Six bytes in hexadecimal, between colons. */
  readonly mac: string;
  /** Absent: the cable is not connected to anything. */
  readonly peer?: UserNetConfig;
}

/** A user-mode network: the guest, and a host that answers it. */
export interface UserNetConfig {
  /** What `set_link` calls it. */
  readonly id: string;
  /** Address of the network; its last byte is 0. */
  readonly network: string;
  /** Address of the host: router, DHCP and DNS server in one. */
  readonly host: string;
  /** The address that DHCP gives the guest. */
  readonly guest: string;
  /** Keeps the guest from reaching anything beyond the host that answers it. */
  readonly restrict: boolean;
  readonly hostForwards: readonly HostForward[];
}

/** Connections to a port of the real host are led to a port of the guest. */
export interface HostForward {
  /** Address of the real host to listen on. */
  readonly address: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly guestPort: number;
}
