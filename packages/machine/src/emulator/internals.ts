import type {
  V86Balloon,
  V86Bus,
  V86Ne2k,
  V86NetworkAdapter,
  V86VirtioConsole,
  V86VirtioNet,
} from './internals-devices.js';

/**
 * What this package uses of v86 beyond its typed interface. v86 promises none of it, so the version is pinned exactly
 * and {@link internalsOf} looks at the real object before a guest runs.
 */
export interface V86Internals {
  save_state(): Promise<ArrayBuffer>;
  restore_state(state: ArrayBuffer): Promise<void>;
  readonly v86: V86Loop;
  readonly bus: V86Bus;
  /** The guest has VMware's pointer driver. */
  readonly absolute_pointer_enabled: boolean;
  readonly network_adapter?: V86NetworkAdapter;
  readonly screen_adapter: { update_buffer: (layers: readonly V86Layer[]) => void; get_text_screen(): string[] };
}

/** The loop that gives the processor its turns. */
export interface V86Loop {
  readonly cpu: V86Cpu;
  running: boolean;
  stopping: boolean;
  /** A turn that was scheduled under another number is forgotten. */
  tick_counter: number;
  run(): void;
  destroy(): void;
}

export interface V86Cpu {
  readonly devices: V86Devices;
  readonly io: V86Io;
  main_loop: () => number;
  reboot_internal: () => void;
  readonly reg32: Int32Array;
  readonly fpu_control_word: Uint16Array;
  readonly fpu_status_word: Uint16Array;
  readonly mxcsr: Int32Array;
  readonly reg_xmm32s: Int32Array;
  translate_address_system_read(address: number): number;
  full_clear_tlb(): void;
  readonly sreg: Uint16Array;
  readonly segment_offsets: Int32Array;
  readonly segment_limits: Uint32Array;
  readonly segment_access_bytes: Uint8Array;
  readonly cr: Int32Array;
  readonly dreg: Int32Array;
  readonly cpl: Uint8Array;
  readonly in_hlt: Uint8Array;
  readonly flags: Int32Array;
  readonly gdtr_offset: Int32Array;
  readonly gdtr_size: Int32Array;
  readonly idtr_offset: Int32Array;
  readonly idtr_size: Int32Array;
  readonly memory_size: Int32Array;
  readonly mem8: Uint8Array;
  readonly wasm_memory: { readonly buffer: ArrayBuffer };
  get_real_eip(): number;
  get_eflags(): number;
  get_pic_addr_master(): number;
  handle_irqs(): void;
  device_raise_irq(irq: number): void;
  device_lower_irq(irq: number): void;
  read8(address: number): number;
  write8(address: number, value: number): void;
  write_blob(data: Uint8Array, address: number): void;
  store_current_tsc(): void;
  set_tsc(low: number, high: number): void;
  readonly current_tsc: Uint32Array;
  /** What a saved state has of memory: which pages, and their bytes. */
  pack_memory: () => { readonly bitmap: { get_buffer(): ArrayBuffer }; readonly packed_memory: Uint8Array };
  unpack_memory: (bitmap: object, packed: Uint8Array) => void;
}

export interface V86Io {
  register_read(
    port: number,
    device: object,
    read8?: (port: number) => number,
    read16?: (port: number) => number,
    read32?: (port: number) => number,
  ): void;
  register_write(
    port: number,
    device: object,
    write8?: (value: number) => void,
    write16?: (value: number) => void,
    write32?: (value: number) => void,
  ): void;
  readonly ports: V86Port[];
  port_write8(port: number, value: number): void;
  port_write32(port: number, value: number): void;
  port_read8(port: number): number;
  port_read16(port: number): number;
  port_read32(port: number): number;
  port_write16(port: number, value: number): void;
}

export interface V86Port {
  readonly device: object;
  read8: () => number;
  write8: (value: number) => void;
  write16: (value: number) => void;
}

export interface V86Uart {
  /** Line status register. */
  lsr: number;
}

export interface V86Devices {
  readonly uart0?: V86Uart;
  readonly uart1?: V86Uart;
  readonly uart2?: V86Uart;
  readonly uart3?: V86Uart;
  readonly vga: V86Vga;
  readonly acpi?: { pm1_status: number; pm1_enable: number };
  readonly pci: V86Pci;
  readonly rtc: { rtc_time: number; cmos_index: number };
  readonly cdrom?: V86Drive;
  readonly ide?: {
    readonly primary?: { readonly master?: V86Drive; readonly slave?: V86Drive };
    readonly secondary?: { readonly master?: V86Drive; readonly slave?: V86Drive };
  };
  readonly fdc?: { readonly drives: readonly V86FloppyDrive[] };
  readonly virtio_balloon?: V86Balloon;
  readonly virtio_console?: V86VirtioConsole;
  readonly net?: V86Ne2k;
  readonly virtio_net?: V86VirtioNet;
}

export interface V86FloppyDrive {
  insert_disk(image: object, writeProtected: boolean): void;
  eject_disk(): void;
  readonly buffer?: unknown;
}

export interface V86Drive {
  has_disk?(): boolean;
  set_cdrom?(image: object): void;
  eject?(): void;
  readonly sector_count: number;
  data: Uint8Array;
  readonly buffer?: unknown;
  readonly is_atapi: boolean;
  readonly channel: { dma_status: number };
  readonly features_reg: number;
  readonly data_length: number;
  /** Where a write of the processor goes, in bytes. */
  readonly write_dest: number;
  lba_mid_reg: number;
  lba_high_reg: number;
  status_reg: number;
  current_command: number;
  push_irq(): void;
  device_reset(): void;
  ata_advance(command: number, sectors: number): void;
  ata_abort_command(): void;
  ata_read_sectors(command: number): void;
  do_ata_read_sectors_dma(): void;
  atapi_read_dma(packet: Uint8Array): void;
  atapi_handle: () => void;
  atapi_check_condition_response(senseKey: number, additional: number): void;
  ata_command: (command: number) => void;
  read_buffer: (start: number, length: number, done: (data: Uint8Array) => void) => void;
  do_write: () => void;
  do_ata_write_sectors_dma: () => void;
  atapi_read: (packet: Uint8Array) => void;
}

export interface V86Pci {
  readonly devices: (V86PciDevice | undefined)[];
  readonly device_spaces: (Int32Array | undefined)[];
}

export interface V86PciDevice {
  readonly name?: string;
  readonly pci_id: number;
  readonly pci_space: readonly number[];
  readonly pci_bars: readonly (V86PciBar | undefined)[];
}

export interface V86PciBar {
  readonly size: number;
}

export interface V86Vga {
  readonly graphical_mode: boolean;
  readonly svga_enabled: boolean;
  readonly screen_width: number;
  readonly screen_height: number;
  readonly max_scan_line: number;
  readonly clocking_mode: number;
  readonly attribute_mode: number;
  readonly character_map_select: number;
  readonly offset_register: number;
  readonly start_address: number;
  readonly max_cols: number;
  readonly max_rows: number;
  readonly cursor_address: number;
  readonly cursor_scanline_start: number;
  readonly cursor_scanline_end: number;
  readonly vga_memory: Uint8Array;
  readonly plane2: Uint8Array;
  readonly vga256_palette: Int32Array;
  readonly dac_mask: number;
  readonly dac_map: Uint8Array;
  complete_redraw(): void;
  complete_replot(): void;
  screen_fill_buffer(): void;
}

/** One rectangle of the picture that v86 hands to its screen. */
export interface V86Layer {
  readonly image_data: { readonly data: Uint8ClampedArray; readonly width: number };
  readonly buffer_x: number;
  readonly buffer_y: number;
  readonly buffer_width: number;
  readonly buffer_height: number;
  readonly screen_x: number;
  readonly screen_y: number;
}

const FUNCTIONS = [
  'save_state',
  'restore_state',
  'bus.register',
  'bus.send',
  'v86.run',
  'v86.destroy',
  'v86.cpu.main_loop',
  'v86.cpu.reboot_internal',
  'v86.cpu.get_real_eip',
  'v86.cpu.get_eflags',
  'v86.cpu.get_pic_addr_master',
  'v86.cpu.handle_irqs',
  'v86.cpu.device_raise_irq',
  'v86.cpu.read8',
  'v86.cpu.write8',
  'v86.cpu.write_blob',
  'v86.cpu.store_current_tsc',
  'v86.cpu.set_tsc',
  'v86.cpu.pack_memory',
  'v86.cpu.unpack_memory',
  'v86.cpu.io.register_read',
  'v86.cpu.io.register_write',
  ...['read8', 'read16', 'read32', 'write8', 'write16', 'write32'].map((name) => `v86.cpu.io.port_${name}`),
  'v86.cpu.devices.cdrom.set_cdrom',
  'v86.cpu.devices.cdrom.eject',
  'v86.cpu.devices.cdrom.push_irq',
  'v86.cpu.devices.cdrom.device_reset',
  'v86.cpu.devices.cdrom.ata_advance',
  'v86.cpu.devices.cdrom.ata_abort_command',
  'v86.cpu.devices.cdrom.ata_command',
  'v86.cpu.devices.cdrom.ata_read_sectors',
  'v86.cpu.devices.cdrom.do_ata_read_sectors_dma',
  'v86.cpu.devices.cdrom.do_ata_write_sectors_dma',
  'v86.cpu.devices.cdrom.atapi_handle',
  'v86.cpu.devices.cdrom.atapi_read',
  'v86.cpu.devices.cdrom.atapi_read_dma',
  'v86.cpu.devices.cdrom.atapi_check_condition_response',
  'v86.cpu.devices.cdrom.read_buffer',
  'v86.cpu.devices.cdrom.do_write',
  'v86.cpu.devices.vga.complete_redraw',
  'v86.cpu.devices.vga.complete_replot',
  'v86.cpu.devices.vga.screen_fill_buffer',
  'screen_adapter.get_text_screen',
];
/** Of devices that a machine may have. */
const OPTIONAL_FUNCTIONS = [
  'network_adapter.send',
  'network_adapter.receive',
  'network_adapter.connect',
  'v86.cpu.devices.virtio_net.virtio.notify_config_changes',
  'v86.cpu.devices.virtio_balloon.Inflate',
  'v86.cpu.devices.virtio_balloon.Deflate',
  'v86.cpu.devices.virtio_balloon.GetStats',
  'v86.cpu.devices.virtio_console.SendEvent',
  'v86.cpu.devices.virtio_console.SendName',
  'v86.cpu.devices.virtio_console.SendWindowSize',
  'v86.cpu.devices.virtio_console.Ack',
  'v86.cpu.devices.virtio_console.reset',
];
const OBJECTS = [
  'v86.cpu.reg32',
  'v86.cpu.sreg',
  'v86.cpu.segment_offsets',
  'v86.cpu.cr',
  'v86.cpu.in_hlt',
  'v86.cpu.memory_size',
  'v86.cpu.mem8',
  'v86.cpu.wasm_memory',
  'v86.cpu.io.ports',
  'v86.cpu.devices.pci.devices',
  'v86.cpu.devices.pci.device_spaces',
  'v86.cpu.devices.rtc',
  'v86.cpu.devices.vga.vga_memory',
  'v86.cpu.devices.vga.plane2',
  'v86.cpu.devices.vga.vga256_palette',
  'v86.cpu.devices.vga.dac_map',
];
const NUMBERS = ['v86.tick_counter', 'v86.cpu.devices.vga.dac_mask', 'v86.cpu.devices.rtc.cmos_index'];
const BOOLEANS = ['absolute_pointer_enabled', 'v86.running', 'v86.stopping', 'v86.cpu.devices.vga.graphical_mode'];

/**
 * Gives a loaded emulator with its internals.
 *
 * @throws {Error} naming the first member that is not as this package expects it: another v86 was installed.
 */
export function internalsOf(emulator: object): V86Internals {
  const found = findMismatch(emulator);
  if (found !== undefined)
    throw new Error(`This v86 is not the one qmp-machine was built for: ${found}. Install v86 0.5.462.`);
  if (!hasShape(emulator)) throw new Error('unreachable');
  return emulator;
}

function hasShape(emulator: object): emulator is V86Internals {
  return findMismatch(emulator) === undefined;
}

function findMismatch(emulator: object): string | undefined {
  const present = OPTIONAL_FUNCTIONS.filter((path) => lookUp(emulator, deviceOf(path)) !== undefined);
  const expected = { function: [...FUNCTIONS, ...present], object: OBJECTS, number: NUMBERS, boolean: BOOLEANS };
  for (const [type, paths] of Object.entries(expected))
    for (const path of paths) {
      const value = lookUp(emulator, path);
      const actual = value === null ? 'null' : typeof value;
      if (actual !== type) return `${path} is ${actual === 'undefined' ? 'missing' : `a ${actual}`}`;
    }
  return undefined;
}

/** The device that an optional member belongs to. */
function deviceOf(path: string): string {
  return /^(?:v86\.cpu\.devices\.)?[^.]+/.exec(path)?.[0] ?? path;
}

function lookUp(root: unknown, path: string): unknown {
  let value = root;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
