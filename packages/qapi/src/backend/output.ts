import type { Schema } from '../schema/model.js';

/** A file that a backend made. Only the command line writes it. */
export interface OutputFile {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * A file whose text is printed in parts. They are joined only for whoever asks for `text`: to write them one by one costs
 * less memory.
 */
export interface PrintedFile extends OutputFile {
  readonly parts: readonly string[];
}

/** Makes a file of its parts. */
export function printedFile(path: string, parts: readonly string[]): PrintedFile {
  return {
    path,
    parts,
    get text() {
      return parts.join('');
    },
  };
}

export function isPrinted(file: OutputFile): file is PrintedFile {
  return 'parts' in file;
}

/** The same file in another folder. */
export function inFolder(folder: string, file: OutputFile): OutputFile {
  const path = `${folder}/${file.path}`;
  return isPrinted(file) ? printedFile(path, file.parts) : { path, text: file.text };
}

/** Puts a separator between texts. */
export function separated(texts: readonly string[], separator: string): string[] {
  return texts.map((text, index) => (index === 0 ? text : separator + text));
}

/** A backend: a schema in, files out, nothing else touched. */
export type Backend<Options> = (schema: Schema, options?: Options) => readonly OutputFile[];

/** Joins the texts that are not empty. */
export function joinFilled(texts: readonly string[], separator: string): string {
  return (texts.includes('') ? texts.filter((text) => text !== '') : texts).join(separator);
}

/** Indents every line that is not blank. */
export function indent(text: string, by = '  '): string {
  if (text === '' || text.startsWith('\n') || text.includes('\n\n')) return text.replace(/^(?=.)/gm, by);
  const end = text.endsWith('\n') ? text.length - 1 : text.length;
  return `${by}${text.slice(0, end).replaceAll('\n', `\n${by}`)}${text.slice(end)}`;
}

/** Indents every line but the first, unless it is blank. */
export function indentRest(text: string, by: string): string {
  return text.includes('\n\n') ? text.replace(/\n(?=.)/g, `\n${by}`) : text.replaceAll('\n', `\n${by}`);
}

const WIDTH = 110;

/** `{ a; b }` when the members fit on a line, else one a line. Each member ends in `;` and a line end. */
export function braced(members: readonly string[]): string {
  const text = members.join('');
  const line = `{ ${text.trimEnd().replaceAll('\n', ' ').replace(/;$/, '')} }`;
  return members.some((member) => member.trimEnd().includes('\n')) || line.length > WIDTH
    ? `{\n${indent(text)}}`
    : line;
}

/** Words separated by blanks, in lines of limited width. */
export function filled(words: readonly string[]): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
