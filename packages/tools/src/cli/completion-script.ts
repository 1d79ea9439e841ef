export const shells = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shells)[number];

/** The first argument with which `qmp` completes the words that follow; the scripts call it. */
export const completeWord = '__complete';

/** The completion script of all programs for a shell, to be sourced or installed. It asks `qmp` what comes next. */
export function completionScript(shell: ShellName, programs: readonly string[]): string {
  const list = programs.join(' ');
  if (shell === 'bash') return bashScript(list);
  return shell === 'zsh' ? zshScript(list) : fishScript(list);
}

/** bash breaks words at `=` and `:` and wants only what comes behind them. */
function bashScript(programs: string): string {
  return `# bash completion for ${programs}: source this file, or put it into /etc/bash_completion.d
_qmp_tools() {
  local line=\${COMP_LINE:0:COMP_POINT} words text
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local typed=\${words[-1]}
  local skip=\${typed%"\${typed##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r text; do COMPREPLY+=("\${text#"$skip"}"); done < <(
    qmp ${completeWord} "\${words[@]}" 2>/dev/null | cut -f1
  )
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[=/.] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _qmp_tools ${programs}
`;
}

function zshScript(programs: string): string {
  return `#compdef ${programs}
# zsh completion: source this file, or put it into a folder of $fpath as _qmp
_qmp_tools() {
  local -a closed open
  local line text
  for line in "\${(@f)$(qmp ${completeWord} "\${(@Q)words[1,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    text=\${\${line%%$'\\t'*}//:/\\\\:}
    [[ -n $text ]] || continue
    [[ $line == *$'\\t'* ]] && line="$text:\${line#*$'\\t'}" || line=$text
    if [[ $text == *[=/.] ]]; then open+=("$line"); else closed+=("$line"); fi
  done
  _describe 'word' closed -- open -S ''
}
# In a folder of $fpath this file is the body of the function _qmp, which is called to complete.
if [[ \${funcstack[1]} == _qmp ]]; then _qmp_tools; else compdef _qmp_tools ${programs}; fi
`;
}

function fishScript(programs: string): string {
  return `# fish completion: put this file into ~/.config/fish/conf.d
function __qmp_tools
  set -l words (commandline -opc)
  set -l typed (commandline -ct)
  qmp ${completeWord} $words "$typed" 2>/dev/null
end
for program in ${programs}
  complete -c $program -f -a '(__qmp_tools)'
end
`;
}
