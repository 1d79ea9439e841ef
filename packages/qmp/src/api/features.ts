// Generated from the schemas of QEMU by scripts/generate-qemu.mjs. Do not edit.

export type Marks = Readonly<Record<string, 'deprecated' | 'unstable'>>;

/** Commands that are deprecated or unstable as a whole, in some version. */
export const markedCommands: Marks = {
  'drive-backup': 'deprecated',
  'x-debug-query-block-graph': 'unstable',
  'x-debug-block-dirty-bitmap-sha256': 'unstable',
  'x-blockdev-amend': 'unstable',
  'x-blockdev-change': 'unstable',
  'x-blockdev-set-iothread': 'unstable',
  'nbd-server-add': 'deprecated',
  'nbd-server-remove': 'deprecated',
  'x-colo-lost-heartbeat': 'unstable',
  'x-query-irq': 'unstable',
  'x-query-jit': 'unstable',
  'x-query-numa': 'unstable',
  'x-query-opcount': 'unstable',
  'x-query-profile': 'unstable',
  'x-query-ramblock': 'unstable',
  'x-query-rdma': 'unstable',
  'x-query-roms': 'unstable',
  'x-query-usb': 'unstable',
  'x-exit-preconfig': 'unstable',
  'x-query-virtio': 'unstable',
  'x-query-virtio-status': 'unstable',
  'x-query-virtio-queue-status': 'unstable',
  'x-query-virtio-vhost-queue-status': 'unstable',
  'x-query-virtio-queue-element': 'unstable',
  'x-accel-stats': 'unstable',
  'block-job-pause': 'deprecated',
  'block-job-resume': 'deprecated',
  'block-job-complete': 'deprecated',
  'block-job-dismiss': 'deprecated',
  'block-job-finalize': 'deprecated',
  'query-migrationthreads': 'deprecated',
  'device-sync-config': 'unstable',
  'x-query-interrupt-controllers': 'unstable',
  'set-cpu-topology': 'unstable',
  'query-s390x-cpu-polarization': 'unstable',
  'inject-ghes-v2-error': 'unstable',
  'cxl-add-dynamic-capacity': 'unstable',
  'cxl-release-dynamic-capacity': 'unstable',
};

/** What is so in the arguments of commands, at any depth: members (`name`) and values of members (`name=value`). */
export const markedArguments: Readonly<Record<string, Marks>> = {
  eject: {
    device: 'deprecated',
  },
  'blockdev-open-tray': {
    device: 'deprecated',
  },
  'blockdev-close-tray': {
    device: 'deprecated',
  },
  'blockdev-change-medium': {
    device: 'deprecated',
  },
  block_set_io_throttle: {
    device: 'deprecated',
  },
  'block-commit': {
    base: 'deprecated',
    top: 'deprecated',
  },
  'drive-backup': {
    'x-perf': 'unstable',
  },
  'blockdev-backup': {
    'x-perf': 'unstable',
  },
  'blockdev-add': {
    'x-check-cache-dropped': 'unstable',
    'x-dirty-bitmap': 'unstable',
    'driver=gluster': 'deprecated',
  },
  'blockdev-reopen': {
    'x-check-cache-dropped': 'unstable',
    'x-dirty-bitmap': 'unstable',
    'driver=gluster': 'deprecated',
  },
  'blockdev-create': {
    'x-check-cache-dropped': 'unstable',
    'x-dirty-bitmap': 'unstable',
    'driver=gluster': 'deprecated',
    'backing-fmt=gluster': 'deprecated',
  },
  netdev_add: {
    'x-svq': 'unstable',
  },
  'migrate-set-capabilities': {
    'capability=x-colo': 'unstable',
    'capability=x-ignore-shared': 'unstable',
    'capability=zero-blocks': 'deprecated',
  },
  'migrate-set-parameters': {
    'x-checkpoint-delay': 'unstable',
    'x-vcpu-dirty-limit-period': 'unstable',
  },
  transaction: {
    'type=drive-backup': 'deprecated',
    'x-perf': 'unstable',
  },
  'object-add': {
    'qom-type=x-remote-object': 'unstable',
    'qom-type=x-vfio-user-server': 'unstable',
    opened: 'deprecated',
    loaded: 'deprecated',
    'x-iops-total': 'unstable',
    'x-iops-total-max': 'unstable',
    'x-iops-total-max-length': 'unstable',
    'x-iops-read': 'unstable',
    'x-iops-read-max': 'unstable',
    'x-iops-read-max-length': 'unstable',
    'x-iops-write': 'unstable',
    'x-iops-write-max': 'unstable',
    'x-iops-write-max-length': 'unstable',
    'x-bps-total': 'unstable',
    'x-bps-total-max': 'unstable',
    'x-bps-total-max-length': 'unstable',
    'x-bps-read': 'unstable',
    'x-bps-read-max': 'unstable',
    'x-bps-read-max-length': 'unstable',
    'x-bps-write': 'unstable',
    'x-bps-write-max': 'unstable',
    'x-bps-write-max-length': 'unstable',
    'x-iops-size': 'unstable',
  },
  'x-blockdev-amend': {
    'driver=gluster': 'deprecated',
  },
  'chardev-add': {
    'type=memory': 'deprecated',
  },
  'chardev-change': {
    'type=memory': 'deprecated',
  },
  migrate: {
    detach: 'deprecated',
  },
  'query-machines': {
    'compat-props': 'unstable',
  },
};
