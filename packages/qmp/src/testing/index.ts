export { FakeClock } from './fake-clock.js';
export type { MemoryChardev, MemoryChardevOptions } from './memory-chardev.js';
export { memoryChardevs } from './memory-chardev.js';
