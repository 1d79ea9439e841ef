import type { ErrorClass } from 'qmp/protocol';

/** A command that cannot be carried out. The message is what QEMU answers. */
export class MachineError extends Error {
  readonly errorClass: ErrorClass;

  constructor(message: string, errorClass: ErrorClass = 'GenericError') {
    super(message);
    this.errorClass = errorClass;
  }
}
