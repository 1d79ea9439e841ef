import type { JsonValue } from 'qmp/json';
import type { DiskFacts, VmFacts } from './facts.js';
import { asCount, asFlag, asList, asText, member, present } from './read-json.js';

/** The drives in a `query-block` reply. */
export function readDisks(block: JsonValue): DiskFacts[] {
  return asList(block).map((drive) => {
    const inserted = member(drive, 'inserted');
    const image = member(inserted, 'image');
    return present<DiskFacts>({
      device: driveName(drive),
      node: asText(member(inserted, 'node-name')),
      file:
        inserted === undefined ? '(empty)' : (asText(member(image, 'filename')) ?? asText(member(inserted, 'file'))),
      format: asText(member(image, 'format')) ?? asText(member(inserted, 'drv')),
      size: asCount(member(image, 'virtual-size')),
      used: asCount(member(image, 'actual-size')),
      removable: asFlag(member(drive, 'removable')) ?? false,
      readOnly: asFlag(member(inserted, 'ro')),
      locked: asFlag(member(drive, 'locked')) === true ? true : undefined,
      trayOpen: asFlag(member(drive, 'tray_open')) === true ? true : undefined,
      ioStatus: asText(member(drive, 'io-status')),
    });
  });
}

/** The internal snapshots in a `query-block` reply, with the drive that has them. */
export function readSnapshots(block: JsonValue | undefined): NonNullable<VmFacts['snapshots']> {
  return asList(block).flatMap((drive) =>
    asList(member(drive, 'inserted', 'image', 'snapshots')).map((snapshot) => ({
      disk: driveName(drive),
      id: asText(member(snapshot, 'id')) ?? '?',
      name: asText(member(snapshot, 'name')) ?? '?',
      vmStateSize: asCount(member(snapshot, 'vm-state-size')) ?? 0,
    })),
  );
}

/**
 * The name of a drive in a reply of `query-block` or `query-blockstats`. One made by `-drive` has a name; one made by
 * `-device` only has the path of its device.
 */
export function driveName(drive: JsonValue): string {
  const device = asText(member(drive, 'device')) ?? '';
  if (device !== '') return device;
  const path = asText(member(drive, 'qdev')) ?? asText(member(drive, 'node-name')) ?? '?';
  return path.replace(/^\/machine\/peripheral(-anon)?\//, '').replace(/\/virtio-backend$/, '');
}
