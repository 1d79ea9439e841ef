import type { ArgumentSpec, CommandSpec } from './command-spec.js';

/** One command line that a shell can complete: `qmp qom ls`. */
interface Entry {
  /** Words that lead to it, the program first. */
  readonly path: readonly string[];
  readonly commands: readonly CommandSpec[];
  readonly options: readonly { readonly flag: string; readonly summary: string; readonly value: boolean }[];
  readonly files: boolean;
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shells)[number];

/** The completion script of all programs for a shell, to be sourced or installed. */
export function completionScript(shell: ShellName, specs: readonly CommandSpec[]): string {
  const entries = specs.flatMap((spec) => flatten(spec, []));
  const programs = specs.map((spec) => spec.name);
  if (shell === 'bash') return bashScript(entries, programs);
  return shell === 'zsh' ? zshScript(entries, programs) : fishScript(entries);
}

function flatten(spec: CommandSpec, parents: readonly string[]): Entry[] {
  const path = [...parents, spec.name];
  const options = (spec.options ?? []).flatMap((option) => {
    const flags = option.flags.match(/(?<![\w-])--?[a-z][\w-]*/gi) ?? [];
    return flags.map((flag) => ({ flag, summary: option.summary, value: /[<[]/.test(option.flags) }));
  });
  const files = (spec.arguments ?? []).some(takesFile);
  const entry = { path, commands: spec.commands ?? [], files, options: [...options, help] };
  return [entry, ...entry.commands.flatMap((inner) => flatten(inner, path))];
}

const help = { flag: '--help', summary: 'show how', value: false };

/** An address may be the path of a socket. */
function takesFile({ completes }: ArgumentSpec): boolean {
  return completes === 'file' || completes === 'address';
}

/** Shell code that sets `key` to the words of the deepest command entered so far. */
function bashScript(entries: readonly Entry[], programs: readonly string[]): string {
  const cases = entries.map((entry) => {
    const words = [...entry.commands.map((inner) => inner.name), ...entry.options.map((option) => option.flag)];
    return `    ${quote(entry.path.join(' '))}) words=${quote(words.join(' '))}; files=${entry.files ? 1 : 0};;`;
  });
  return `# bash completion for ${programs.join(', ')}: source this file, or put it into /etc/bash_completion.d
_qmp_tools_words() {
  case "$1" in
${cases.join('\n')}
    *) return 1;;
  esac
}
_qmp_tools() {
  local cur=\${COMP_WORDS[COMP_CWORD]} key=\${COMP_WORDS[0]##*/} words= files=0 index
  for ((index = 1; index < COMP_CWORD; index++)); do
    _qmp_tools_words "$key \${COMP_WORDS[index]}" && key="$key \${COMP_WORDS[index]}"
  done
  _qmp_tools_words "$key" || return
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if ((files)) && [[ $cur != -* ]]; then COMPREPLY=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _qmp_tools ${programs.join(' ')}
`;
}

function zshScript(entries: readonly Entry[], programs: readonly string[]): string {
  const cases = entries.map((entry) => {
    const commands = entry.commands.map((inner) => describe(inner.name, inner.summary));
    const options = entry.options.map((option) => describe(option.flag, option.summary));
    return `    ${quote(entry.path.join(' '))}) found=(${[...commands, ...options].join(' ')}); files=${entry.files ? 1 : 0};;`;
  });
  return `#compdef ${programs.join(' ')}
# zsh completion: source this file, or put it into a folder of $fpath as _qmp
_qmp_tools_words() {
  case "$1" in
${cases.join('\n')}
    *) return 1;;
  esac
}
_qmp_tools() {
  local key=\${words[1]:t} index files=0 code=1
  local -a found
  for ((index = 2; index < CURRENT; index++)); do
    _qmp_tools_words "$key \${words[index]}" && key="$key \${words[index]}"
  done
  _qmp_tools_words "$key" || return
  _describe 'command or option' found && code=0
  ((files)) && _files && code=0
  return code
}
# In a folder of $fpath this file is the body of the function _qmp, which is called to complete.
if [[ \${funcstack[1]} == _qmp ]]; then _qmp_tools; else compdef _qmp_tools ${programs.join(' ')}; fi
`;
}

function fishScript(entries: readonly Entry[]): string {
  const lines = entries.flatMap((entry) => {
    const [program = '', ...path] = entry.path;
    const inside = path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const names = entry.commands.map((inner) => inner.name);
    const outside = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(' ')}`];
    const condition = [...inside, ...outside].join('; and ');
    const when = condition === '' ? '' : ` -n ${quote(condition)}`;
    const files = entry.files ? '' : ' -f';
    return [
      `complete -c ${program}${when}${files}`,
      ...entry.commands.map((inner) => `complete -c ${program}${when} -f -a ${inner.name} -d ${quote(inner.summary)}`),
      ...entry.options.map(({ flag, summary, value }) => {
        const dashes = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
        return `complete -c ${program}${when} ${dashes}${value ? ' -r' : ''} -d ${quote(summary)}`;
      }),
    ];
  });
  return `# fish completion: put this file into ~/.config/fish/completions\n${lines.join('\n')}\n`;
}

function describe(word: string, summary: string): string {
  return quote(`${word}:${summary.replaceAll(':', '\\:')}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
