import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/qmp-machine.js', import.meta.url));

/** Command lines that QEMU 7.2 refuses, and this machine with the same words. */
const REFUSED = [
  ['-foo'],
  ['-foo', 'bar'],
  ['--foo'],
  ['-m'],
  ['-m', 'abc'],
  ['-m', '-5'],
  ['-m', '64,foo=3'],
  ['-name'],
  ['-name', 'a,b=c'],
  ['-uuid', '123'],
  ['-M', 'foo'],
  ['-M', 'pc,foo=on'],
  ['-smp', 'x'],
  ['-smp', '2,foo=3'],
  ['-boot', 'q'],
  ['-boot', 'order=aa'],
  ['-boot', 'foo=1'],
  ['-hda', '/nonexistent'],
  ['-cdrom', '/nonexistent.iso'],
  ['-drive', 'file=/nonexistent,format=raw'],
  ['-hda', '/tmp'],
  ['-drive', 'file=/etc/passwd,format=raw,if=foo'],
  ['-drive', 'file=/etc/passwd,format=raw,media=foo'],
  ['-drive', 'file=/etc/passwd,format=raw,index=9'],
  ['-drive', 'file=/etc/passwd,format=raw,readonly=maybe'],
  ['-drive', 'file=/etc/passwd,format=raw,index=0', '-drive', 'file=/etc/passwd,format=raw,index=0'],
  ['-initrd', '/etc/passwd'],
  ['-append', 'text'],
  ['-L'],
  ['-chardev', 'foo,id=a'],
  ['-chardev', 'stdio'],
  ['-chardev', 'socket,id=a,path=/nonexistent/x'],
  ['-chardev', 'socket,id=a,path=/nonexistent/x,server=on,wait=off'],
  ['-chardev', 'socket,id=a,host=127.0.0.1,port=1'],
  ['-chardev', 'null,id=a', '-chardev', 'null,id=a'],
  ['-chardev', 'null,id=1a'],
  ['-chardev', 'null,id=a,foo=b'],
  ['-chardev', 'file,id=a,path=/nonexistent/x'],
  ['-chardev', 'ringbuf,id=a,size=3'],
  ['-chardev', 'null,id=a', '-mon', 'chardev=a', '-mon', 'chardev=a'],
  ['-serial', 'foo'],
  ['-serial', 'chardev:none'],
  ['-monitor', 'foo'],
  ['-monitor', 'unix:/nonexistent/s,server=on,wait=off'],
  ['-qmp', 'foo:bar'],
  ['-qmp', 'unix:/nonexistent/s'],
  ['-mon', 'chardev=foo'],
  ['-mon', 'chardev=foo,mode=bar'],
  ['-mon', 'mode=control'],
  ['-incoming', 'foo'],
  ['-action', 'foo=bar'],
  ['-action', 'reboot=foo'],
  ['-watchdog-action', 'foo'],
  ['-display', 'foo'],
  ['-display', 'none,foo=bar'],
  ['-netdev', 'user'],
  ['-device', 'foo'],
  ['-object', 'foo,id=a'],
  ['-object', 'secret'],
  ['-object', '{"qom-type":"foo","id":"a"}'],
  ['-readconfig'],
  ['-readconfig', '/nonexistent'],
  ['-accel', 'foo'],
  ['-vga', 'foo'],
  ['/nonexistent.img'],
  ['-nodefaults', '-foo'],
];

/** The exit code and the first line of what a program says, without its name. */
function refusal(command: string, args: readonly string[]) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000, input: '' });
  return { status, says: (stderr.split('\n')[0] ?? '').replace(/^[\w-]+: /, '') };
}

describe('what QEMU refuses is refused with its words and exit code 1', () => {
  for (const words of REFUSED)
    test(words.join(' '), () => {
      const machine = words[0] === '-M' ? [] : ['-M', 'pc'];
      const display = words[0] === '-display' ? [] : ['-display', 'none'];
      const theirs = refusal('qemu-system-x86_64', [...machine, ...display, '-S', ...words]);
      const ours = refusal(process.execPath, [PROGRAM, '-S', ...words]);
      assert.equal(theirs.status, 1);
      assert.deepEqual(ours, theirs);
    });
});
