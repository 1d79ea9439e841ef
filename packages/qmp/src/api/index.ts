// The interface of the newest QEMU that this package knows; older ones are `qmp/api/v7_2` and so on.
export * from './v10_2/index.js';
