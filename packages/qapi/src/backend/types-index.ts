import type { Command, SchemaEvent } from '../schema/model.js';
import { docComment } from './doc-comment.js';
import { braced, indent } from './output.js';
import { key, quote, type TypePrinter } from './types-printer.js';

/** The entry of a command in the index interface. */
export function commandEntry(command: Command, printer: TypePrinter): string {
  if (!printer.exists(command)) return '';
  const features = command.features.filter((feature) => printer.exists(feature)).map((feature) => quote(feature.name));
  const parts = [
    `arguments: ${argumentsType(command, printer)};\n`,
    `return: ${command.returns ? printer.ref(command.returns) : printer.none()};\n`,
    command.allowOob ? 'oob: true;\n' : '',
    command.allowPreconfig ? 'preconfig: true;\n' : '',
    command.successResponse ? '' : 'silent: true;\n',
    features.length > 0 ? `features: ${features.join(' | ')};\n` : '',
  ];
  return indent(`${docComment(command, printer.options)}${key(command.name)}: ${braced(parts)};\n`);
}

function argumentsType(command: Command, printer: TypePrinter): string {
  const declared = printer.data(command.arguments, command);
  // The server takes further members than the schema names.
  return command.gen ? declared : `${declared} & { [name: string]: ${printer.any()} }`;
}

/** The entry of an event: the type of its data, `undefined` where the data may be left out. */
export function eventEntry(event: SchemaEvent, printer: TypePrinter): string {
  if (!printer.exists(event)) return '';
  return indent(`${docComment(event, printer.options)}${key(event.name)}: ${dataType(event, printer)};\n`);
}

function dataType(event: SchemaEvent, printer: TypePrinter): string {
  const type = event.arguments;
  if (!type || type.form === 'empty') return 'undefined';
  const mayBeEmpty = !type.variants && type.members.every((member) => member.optional);
  return printer.data(type, event) + (mayBeEmpty ? ' | undefined' : '');
}
