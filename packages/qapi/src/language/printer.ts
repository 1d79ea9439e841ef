import type { Comment, ObjectMember, SyntaxTree, Value } from './syntax.js';

/** Columns that a line may have before it is broken. */
const WIDTH = 80;

/**
 * Writes a syntax tree as text that parses to the same tree: documentation as it was, definitions laid out as QEMU's
 * schemas are. Plain comments are not in the tree, and errors are left out.
 */
export function print(tree: SyntaxTree): string {
  const blocks: string[] = [];
  for (const [index, item] of tree.items.entries()) {
    const gap = tree.items[index + 1]?.kind === 'comment' ? '\n\n' : '\n';
    if (item.kind === 'comment') blocks.push(printComment(tree, item) + gap);
    else if (item.kind === 'expression') blocks.push(`${printValue(item.value)}\n\n`);
  }
  return `${blocks.join('').trimEnd()}\n`;
}

function printComment({ source }: SyntaxTree, { lines }: Comment): string {
  const texts = lines.map((offset) => source.text.slice(offset, source.text.indexOf('\n', offset)));
  const closed = texts[texts.length - 1]?.startsWith('##') === true;
  return ['##', ...texts, ...(closed ? [] : ['##'])].join('\n');
}

/** Writes a value; what does not fit on the line from `column` on is broken, aligned as QEMU does. */
export function printValue(value: Value, column = 0): string {
  const flat = printFlat(value, WIDTH - column);
  if (flat !== undefined) return flat;
  switch (value.kind) {
    case 'object': {
      const lines = [...value.members.values()].map((member) => printMember(member, column + 2));
      return `{ ${lines.join(`,\n${' '.repeat(column + 2)}`)} }`;
    }
    case 'list':
      return printList(value.items, column);
    default:
      return printScalar(value);
  }
}

function printMember({ key, value }: ObjectMember, column: number): string {
  const label = `${quote(key)}: `;
  const flat = printFlat(value, WIDTH - column - label.length);
  if (flat !== undefined) return label + flat;
  return label + printValue(value, column + label.length);
}

/** Writes a list over several lines: as many short items on a line as fit. */
function printList(items: readonly Value[], column: number): string {
  const margin = ' '.repeat(column + 2);
  const lines: string[] = [];
  let line = '';
  for (const [index, item] of items.entries()) {
    const text = printValue(item, column + 2) + (index < items.length - 1 ? ',' : '');
    const fits = line !== '' && !text.includes('\n') && column + 2 + line.length + 1 + text.length <= WIDTH;
    if (fits) line += ` ${text}`;
    else {
      if (line !== '') lines.push(line);
      line = text;
    }
  }
  lines.push(line);
  return `[ ${lines.join(`\n${margin}`)} ]`;
}

/** Writes a value on one line; undefined when that takes more than `width` columns. */
function printFlat(value: Value, width: number): string | undefined {
  if (value.kind === 'string' || value.kind === 'boolean') {
    const text = printScalar(value);
    return text.length <= width ? text : undefined;
  }
  const isList = value.kind === 'list';
  const parts: string[] = [];
  let left = width - 4;
  for (const item of isList ? value.items : value.members.values()) {
    const label = isMember(item) ? `${quote(item.key)}: ` : '';
    const text = printFlat(isMember(item) ? item.value : item, left - label.length);
    if (text === undefined) return undefined;
    parts.push(label + text);
    left -= label.length + text.length + 2;
  }
  if (left + 2 < 0) return undefined;
  const [open, close] = isList ? '[]' : '{}';
  return parts.length === 0 ? `${open}${close}` : `${open} ${parts.join(', ')} ${close}`;
}

function isMember(item: Value | ObjectMember): item is ObjectMember {
  return 'key' in item;
}

function printScalar(value: Extract<Value, { kind: 'string' | 'boolean' }>): string {
  return value.kind === 'string' ? quote(value.value) : String(value.value);
}

function quote(text: string): string {
  return `'${text.includes('\\') ? text.replaceAll('\\', '\\\\') : text}'`;
}
