import type { EmulatorEvent } from './events.js';
import type { V86Cpu } from './internals.js';

const PM1_CONTROL = 0xb004;
const PM1_SLEEP_ENABLE = 0x2000;
const PM1_POWER_BUTTON = 0x100;
const PM1_AWAKE = 0x8000;
const SCI = 9;
const PVPANIC = 0x505;
const PVPANIC_PANICKED = 1;
const WATCHDOG_STOP = 0x441;
const WATCHDOG_START = 0x443;

/** A port by which a guest ends the machine with an exit code. */
export interface DebugExit {
  readonly port: number;
  /** How many ports it takes. */
  readonly size: number;
}

/** Connects the ports of the device `isa-debug-exit`. */
export function connectDebugExit(cpu: V86Cpu, { port, size }: DebugExit, exit: (value: number) => void): void {
  for (let index = 0; index < size; index++) cpu.io.register_write(port + index, {}, exit, exit, exit);
}

type Tell = (event: EmulatorEvent) => void;

/** Connects the ports by which a guest turns itself off, suspends, reports a panic, and keeps a watchdog quiet. */
export function connectPowerPorts(cpu: V86Cpu, tell: Tell): void {
  connectSleep(cpu, tell);
  cpu.io.register_read(PVPANIC, {}, () => PVPANIC_PANICKED);
  cpu.io.register_write(PVPANIC, {}, (value) => {
    if (value & PVPANIC_PANICKED) tell({ type: 'panic' });
  });
  connectWatchdog(cpu, tell);
}

/** ACPI's sleep register: type 0 is S5, type 1 is S3, as our tables and our firmware say. */
function connectSleep(cpu: V86Cpu, tell: Tell): void {
  const port = cpu.io.ports[PM1_CONTROL];
  if (port === undefined) throw new Error('This v86 has no ACPI power management registers');
  const previous = port.write16;
  port.write16 = function (this: object, value: number) {
    previous.call(this, value & ~PM1_SLEEP_ENABLE);
    if (!(value & PM1_SLEEP_ENABLE)) return;
    const type = (value >> 10) & 7;
    if (type === 0) tell({ type: 'power-off' });
    else if (type === 1) tell({ type: 'suspend' });
  };
}

/**
 * The ib700 watchdog: a write to its start port arms it for 30 seconds minus twice the value, a write to its stop port
 * disarms it.
 */
function connectWatchdog(cpu: V86Cpu, tell: Tell): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const disarm = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  cpu.io.register_write(WATCHDOG_STOP, {}, disarm);
  cpu.io.register_write(WATCHDOG_START, {}, (value) => {
    disarm();
    timer = setTimeout(() => tell({ type: 'watchdog' }), Math.max(0, 30 - 2 * (value & 15)) * 1000);
  });
}

/** Raises the power button's status and, when the guest listens, its interrupt. */
export function pressPowerButton(cpu: V86Cpu): void {
  const { acpi } = cpu.devices;
  if (acpi === undefined) return;
  acpi.pm1_status |= PM1_POWER_BUTTON;
  if (acpi.pm1_enable & PM1_POWER_BUTTON) cpu.device_raise_irq(SCI);
}

/** Sets what tells a guest that it was woken; it goes on behind the instruction that put it to sleep. */
export function markAwake(cpu: V86Cpu): void {
  const { acpi } = cpu.devices;
  if (acpi !== undefined) acpi.pm1_status |= PM1_AWAKE;
}

/** Hands over the reset that v86 would do by itself when the guest pulls the reset line. */
export function interceptReset(cpu: V86Cpu, take: (reset: () => void) => void): void {
  const reset = cpu.reboot_internal;
  take(() => {
    reset.call(cpu);
  });
}

/**
 * Catches what v86 throws out of the guest's turn. A triple fault is `unreachable` in its WebAssembly; anything else is
 * a guest that v86 cannot run.
 */
export function guardAgainstTraps(
  cpu: V86Cpu,
  on: { tripleFault: () => void; failure: (message: string) => void },
): void {
  const turn = cpu.main_loop;
  cpu.main_loop = () => {
    try {
      return turn.call(cpu);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message === 'unreachable') on.tripleFault();
      else on.failure(message);
      return 0;
    }
  };
}

/**
 * Answers the ports of PCI hot-plug, which SeaBIOS's tables tell of: nothing was plugged or unplugged. v86 answers with
 * all bits set, and Linux then removes every device.
 */
export function watchHotPlug(cpu: V86Cpu): void {
  const none = () => 0;
  for (let port = 0xae00; port < 0xae20; port += 4) cpu.io.register_read(port, {}, none, none, none);
  for (let port = 0xaf00; port < 0xaf20; port++) cpu.io.register_read(port, {}, none, none, none);
}
