import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toolPath } from './run-tool.js';

/** A tool on a terminal of its own, made by tmux. */
export class Terminal implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'qmp-tmux-'));

  /** Starts a tool, or any program by its path; when it has ended the screen shows `exit N`. */
  constructor(
    tool: string,
    args: readonly string[],
    options: { columns?: number; rows?: number; env?: NodeJS.ProcessEnv } = {},
  ) {
    const { columns = 80, rows = 30, env = {} } = options;
    const program = tool.includes('/') ? [tool] : [process.execPath, toolPath(tool)];
    const words = [...program, ...args].map(quote).join(' ');
    const variables = Object.entries({ XDG_STATE_HOME: this.#folder, LANG: 'C.UTF-8', PAGER: 'cat', ...env });
    const settings = variables.map(([name, value]) => `${name}=${quote(value ?? '')}`).join(' ');
    const command = `env ${settings} ${words}; echo "exit $?"; exec sleep 1000`;
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), command);
  }

  /** Types text as it is. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', text);
  }

  /** Pastes text as a terminal does. */
  paste(text: string): void {
    this.#tmux('set-buffer', text);
    this.#tmux('paste-buffer', '-p');
  }

  /** Presses keys by the names of tmux: `Enter`, `Tab`, `C-c`, `Up`. */
  press(...keys: string[]): void {
    for (const key of keys) this.#tmux('send-keys', key);
  }

  /** The screen as a person sees it. With `colors`, the control sequences too. */
  screen(colors = false): string {
    return this.#tmux('capture-pane', '-p', ...(colors ? ['-e'] : [])).trimEnd();
  }

  /** Waits until the screen fits; fails with the screen after twenty seconds. */
  async see(wanted: RegExp): Promise<string> {
    for (let tries = 0; tries < 400; tries++) {
      const screen = this.screen();
      if (wanted.test(screen)) return screen;
      await delay(50);
    }
    throw new Error(`${wanted} never came on the screen:\n${this.screen()}`);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tmux('kill-server');
    // The server removes its socket a moment after it answered.
    await delay(50);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-S', join(this.#folder, 'tmux'), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
