/** The entry of a browser's worker that holds one emulator. */
import { serveEmulator } from '../emulator/api.js';
import { type DiskImage, type MediumSpec, OverlayImage } from '../emulator/image.js';
import { BlobImage } from './blob-image.js';
import { fetchBytes } from './fetch-bytes.js';
import { noSuchFile } from './files.js';
import { type FileMessage, isFileMessage } from './messages.js';

/** The part of the worker's global scope that is used. */
interface WorkerScope {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const blobs = new Map<string, Blob>();

scope.addEventListener('message', ({ data }) => {
  if (isFileMessage(data)) blobs.set(data.file, data.blob);
});

function openImage({ file, readOnly, snapshot }: MediumSpec): DiskImage {
  const blob = blobs.get(file);
  if (blob === undefined) throw noSuchFile(file);
  const image = new BlobImage(blob, readOnly || snapshot, (changed) => {
    blobs.set(file, changed);
    scope.postMessage({ file, blob: changed } satisfies FileMessage);
  });
  return snapshot ? new OverlayImage(image) : image;
}

serveEmulator(
  {
    postMessage: (message, transfer = []) => scope.postMessage(message, transfer),
    onMessage: (handler) =>
      scope.addEventListener('message', ({ data }) => {
        if (!isFileMessage(data)) handler(data);
      }),
  },
  { loadFile: fetchBytes, openImage },
);

// v86 prints what it gives up on; the host hears of it by an event.
for (const name of ['log', 'warn', 'error', 'debug', 'info'] as const) console[name] = () => {};
