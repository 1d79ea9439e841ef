import type { BlockDeviceInfo, BlockDeviceStats, BlockInfo, BlockStats, ImageInfo } from '../api/index.js';
import type { DriveCounters } from '../emulator/drive-buffer.js';
import type { BlockDevice } from './devices.js';
import type { BlockNode } from './nodes.js';

/** A drive as `query-block` tells it. */
export function describeDevice({ id, path, removable, trayOpen, node, locked, ioStatus }: BlockDevice): BlockInfo {
  return {
    device: id,
    qdev: path,
    type: 'unknown',
    removable,
    locked,
    ...(trayOpen === undefined ? {} : { tray_open: trayOpen }),
    ...(node === undefined ? {} : { inserted: describeNode(node) }),
    ...(ioStatus === undefined ? {} : { 'io-status': ioStatus }),
  };
}

/** How a node is named for people: by its file, or by what it was made with. */
export function filenameOf({ spec }: BlockNode): string {
  return spec.label ?? spec.file;
}

/** @param flat leave out what a filter lies over. */
export function describeNode(node: BlockNode, flat = false): BlockDeviceInfo {
  const { name, spec, driver } = node;
  return {
    file: filenameOf(node),
    'node-name': name,
    ro: spec.readOnly,
    drv: driver,
    backing_file_depth: driver === 'blkdebug' ? 1 : 0,
    encrypted: false,
    detect_zeroes: 'off',
    bps: 0,
    bps_rd: 0,
    bps_wr: 0,
    iops: 0,
    iops_rd: 0,
    iops_wr: 0,
    image: describeImage(node, flat),
    cache: { writeback: true, direct: false, 'no-flush': false },
    write_threshold: 0,
  };
}

function describeImage(node: BlockNode, flat: boolean): ImageInfo {
  const { driver, size, allocated, child } = node;
  return {
    filename: filenameOf(node),
    format: driver,
    'virtual-size': size,
    ...(allocated === undefined ? {} : { 'actual-size': allocated }),
    'dirty-flag': false,
    ...(driver === 'blkdebug' && child !== undefined && !flat ? { 'backing-image': describeImage(child, flat) } : {}),
  };
}

/** A drive as `query-blockstats` tells it. */
export function deviceStats({ id, path, node }: BlockDevice, counters: DriveCounters): BlockStats {
  return {
    device: id,
    qdev: path,
    ...(node === undefined ? {} : nodeStats(node, counters)),
    stats: {
      ...idle(counters.highestOffset),
      rd_bytes: counters.readBytes,
      wr_bytes: counters.writtenBytes,
      rd_operations: counters.readOperations,
      wr_operations: counters.writeOperations,
      flush_operations: counters.flushOperations,
      rd_total_time_ns: counters.readTime,
      wr_total_time_ns: counters.writeTime,
      flush_total_time_ns: counters.flushTime,
      failed_rd_operations: counters.failedReads,
      failed_wr_operations: counters.failedWrites,
      failed_flush_operations: counters.failedFlushes,
      ...(counters.idleTime === undefined ? {} : { idle_time_ns: counters.idleTime }),
      account_invalid: true,
      account_failed: true,
    },
  };
}

/** A node as `query-blockstats` tells it: requests are counted by drives, so only the furthest write is known. */
export function nodeStats(node: BlockNode, counters: DriveCounters | undefined): BlockStats {
  const { driver, name, child } = node;
  const below = child === undefined ? undefined : nodeStats(child, counters);
  return {
    'node-name': name,
    stats: idle(counters?.highestOffset ?? 0),
    ...(driver === 'file'
      ? {
          'driver-specific': {
            driver: 'file',
            'discard-nb-ok': 0,
            'discard-nb-failed': 0,
            'discard-bytes-ok': 0,
          },
        }
      : {}),
    ...(below === undefined ? {} : { parent: below }),
    ...(below === undefined || driver !== 'blkdebug' ? {} : { backing: below }),
  };
}

function idle(highestOffset: number): BlockDeviceStats {
  return {
    rd_bytes: 0,
    wr_bytes: 0,
    unmap_bytes: 0,
    rd_operations: 0,
    wr_operations: 0,
    flush_operations: 0,
    unmap_operations: 0,
    rd_total_time_ns: 0,
    wr_total_time_ns: 0,
    flush_total_time_ns: 0,
    unmap_total_time_ns: 0,
    wr_highest_offset: highestOffset,
    rd_merged: 0,
    wr_merged: 0,
    unmap_merged: 0,
    failed_rd_operations: 0,
    failed_wr_operations: 0,
    failed_flush_operations: 0,
    failed_unmap_operations: 0,
    invalid_rd_operations: 0,
    invalid_wr_operations: 0,
    invalid_flush_operations: 0,
    invalid_unmap_operations: 0,
    account_invalid: false,
    account_failed: false,
    timed_stats: [],
  };
}
