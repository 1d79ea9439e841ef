export { FakeClock } from './fake-clock.js';
export type { MemoryChardev, MemoryChardevOptions } from './memory-chardev.js';
export { memoryChardevs } from './memory-chardev.js';
export type { RecordWireOptions } from './record-wire.js';
export { recordWire } from './record-wire.js';
export type { WireReplay } from './replay-wire.js';
export { replayWire } from './replay-wire.js';
export type { WireEntry, WireSide } from './wire-log.js';
export { formatWireLog, parseWireLog } from './wire-log.js';
