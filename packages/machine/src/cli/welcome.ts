import type { Config } from './config-types.js';

/**
 * Tells who reads the human monitor on this terminal where to attach and what to try. It goes to stderr, so that a program
 * which talks to that monitor reads nothing but the monitor.
 */
export function welcome(config: Config): void {
  const human = config.monitors.find(({ mode }) => mode === 'readline');
  const onTerminal = config.chardevs.some(({ id, spec }) => id === human?.chardev && spec.backend === 'stdio');
  const tcp = config.monitors.flatMap(({ mode, chardev }) => {
    const spec = config.chardevs.find(({ id }) => id === chardev)?.spec;
    return mode === 'control' && spec?.backend === 'socket' && spec.address.type === 'inet' ? [spec.address] : [];
  })[0];
  if (!onTerminal || tcp === undefined) return;
  const { host, port } = tcp;
  process.stderr.write(
    [
      '',
      'An embedded PC, with its human monitor on this terminal and a QMP monitor on a socket.',
      '',
      '  here              info status, sendkey h-i, screendump /tmp/screen.png -f png, help, quit',
      `  QMP by hand       telnet ${host} ${port}      then  {"execute": "qmp_capabilities"}`,
      `  a QMP shell       npx qmp-shell ${host}:${port}`,
      `  what it is        npx vm-info ${host}:${port}`,
      '',
      '',
    ].join('\n'),
  );
}
