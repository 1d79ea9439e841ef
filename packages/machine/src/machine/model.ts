/** What this machine is called by those who ask, in one place: commands, object tree and command line agree. */

/** The kind of machine, as `-machine` and `query-machines` have it. */
export const MACHINE = { name: 'pc-i440fx-7.2', alias: 'pc' } as const;

/** The processor that v86 emulates: family 6, model 7, as its CPUID tells. */
export const PROCESSOR = { name: 'pentium3', type: 'pentium3-i386-cpu', vendor: 'GenuineIntel' } as const;

/** The name of the guest's memory. */
export const RAM_ID = 'pc.ram';

/** Where the processor hangs in the object tree. */
export const CPU_PATH = '/machine/unattached/device[0]';
