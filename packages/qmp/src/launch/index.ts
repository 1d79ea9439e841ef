export type { ExitStatus } from './exit.js';
export { ExitError } from './exit.js';
export { launch } from './launch.js';
export type { LaunchOptions, ShutdownOptions } from './options.js';
export type { ImageCheck, ImageInfo, QemuImgOptions } from './qemu-img.js';
export { QemuImg } from './qemu-img.js';
export type { EndedBy, ShutdownResult } from './vm.js';
export { LaunchedVm } from './vm.js';
