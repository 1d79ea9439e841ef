import type { SyntaxTree, Value } from 'qapi';

/** A syntax tree without places, to compare two of them. */
export function outline({ source, items }: SyntaxTree): unknown[] {
  return items.map((item) => {
    if (item.kind === 'expression') return plain(item.value);
    if (item.kind === 'error') return item.finding.message;
    return item.lines.map((offset) => source.text.slice(offset, source.text.indexOf('\n', offset)));
  });
}

/** A value as the nearest thing of JavaScript; objects as lists of pairs, since order counts. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case 'object':
      return { members: [...value.members.values()].map((member) => [member.key, plain(member.value)]) };
    case 'list':
      return value.items.map(plain);
    default:
      return value.value;
  }
}
