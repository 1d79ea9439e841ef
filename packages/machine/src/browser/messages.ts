/** What a page and the worker of an emulator tell each other besides calls and answers: a file has changed. */
export interface FileMessage {
  readonly file: string;
  readonly blob: Blob;
}

export function isFileMessage(message: unknown): message is FileMessage {
  return typeof message === 'object' && message !== null && 'file' in message && 'blob' in message;
}
