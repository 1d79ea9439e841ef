/** What the reference monitor says it is. */
export const qemuVersion = { qemu: { micro: 22, minor: 2, major: 7 }, package: 'reference' };
