import type { HumanCommand } from './human-command.js';

const formats: Readonly<Record<string, (value: bigint) => string>> = {
  x: (value) => (value === 0n ? '0' : `0x${unsigned(value).toString(16)}`),
  o: (value) => (value === 0n ? '0' : `0${unsigned(value).toString(8)}`),
  u: (value) => unsigned(value).toString(),
  d: decimal,
  c: (value) => `'${character(Number(BigInt.asUintN(32, value)))}'`,
};

/** One character as C would write it. */
function character(code: number): string {
  const text = String.fromCharCode(code);
  if (code === 10) return '\\n';
  if (code === 13) return '\\r';
  if (text === "'" || text === '\\') return `\\${text}`;
  return code >= 32 && code <= 126 ? text : `\\x${code.toString(16).padStart(2, '0')}`;
}

/** The command `print`, which shows an expression. */
export function printCommand(): HumanCommand {
  return {
    name: 'print|p',
    usage: '/fmt expr',
    help: 'print expression value (use $reg for CPU register access)',
    parameters: [
      { name: 'format', type: 'format' },
      { name: 'value', type: 'integer' },
    ],
    handler: ({ format, value }) => {
      const letter = /[a-z]/.exec(String(format))?.[0] ?? 'd';
      return `${(formats[letter] ?? decimal)(value as bigint)}\n`;
    },
  };
}

function decimal(value: bigint): string {
  return value.toString();
}

function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
