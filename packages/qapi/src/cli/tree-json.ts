import { positionAt, type SourceFile } from '../language/source.js';
import type { Comment, Expression, SyntaxTree, Value } from '../language/syntax.js';

/** A syntax tree as plain JSON, with the line and column of everything. */
export function treeJson({ source, items }: SyntaxTree): object {
  const printed = items.flatMap((item) =>
    item.kind === 'error' ? [] : [item.kind === 'comment' ? comment(item, source) : expression(item, source)],
  );
  return { path: source.path, items: printed };
}

function comment({ lines, offset }: Comment, source: SourceFile): object {
  const texts = lines.map((start) => source.text.slice(start, source.text.indexOf('\n', start)));
  return { kind: 'comment', ...place(offset, source), lines: texts };
}

function expression({ value }: Expression, source: SourceFile): object {
  return { ...valueJson(value, source), kind: 'expression' };
}

function valueJson(value: Value, source: SourceFile): object {
  const { kind } = value;
  const at = place(value.offset, source);
  if (value.kind === 'list') return { kind, ...at, items: value.items.map((item) => valueJson(item, source)) };
  if (value.kind !== 'object') return { kind, ...at, value: value.value };
  const members = [...value.members.values()].map((member) => ({
    key: member.key,
    ...place(member.keyOffset, source),
    value: valueJson(member.value, source),
  }));
  return { kind, ...at, members };
}

function place(offset: number, source: SourceFile): { readonly line: number; readonly column: number } {
  const { line, column } = positionAt(source, offset);
  return { line, column };
}
