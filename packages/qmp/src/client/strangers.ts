/** What a peer that is no QMP server seems to be, from its first bytes. */
export interface Stranger {
  readonly what: string;
  readonly hint: string;
}

const TLS = 'The chardev has tls-creds: use TLS on this side too.';

const known: readonly { readonly start: RegExp | string; readonly what: string; readonly hint: string }[] = [
  {
    start: /^(QEMU [\d.]+ monitor|\(qemu\))/,
    what: 'it is a human monitor',
    hint: 'Use the address of a monitor in control mode: -qmp, or -mon chardev=…,mode=control.',
  },
  { start: /^SSH-/, what: 'it is an SSH server', hint: 'Check the port.' },
  { start: /^HTTP\//, what: 'it is a web server', hint: 'For a chardev with websocket=on use a ws:// address.' },
  { start: /^RFB /, what: 'it is a VNC server', hint: 'Check the port: VNC displays are at 5900 and up.' },
  {
    start: /^\xff[\xfb-\xfe]/,
    what: 'it starts with a telnet negotiation',
    hint: 'The chardev has telnet=on: say so in the address too (telnet:host:port).',
  },
  { start: '\x15\x03', what: 'it starts with a TLS alert', hint: TLS },
  { start: '\x16\x03', what: 'it starts with TLS', hint: TLS },
  {
    start: /^\s*\{\s*"QMP"/,
    what: 'its greeting cannot be understood',
    hint: 'A greeting has a version and a list of capabilities.',
  },
];

/** Tells what the peer is, or shows how it began. */
export function describePeer(head: Uint8Array): Stranger {
  const text = String.fromCharCode(...head);
  for (const { start, what, hint } of known)
    if (typeof start === 'string' ? text.startsWith(start) : start.test(text)) return { what, hint };
  return {
    what: text === '' ? 'it sent nothing' : `it began with ${JSON.stringify(text.slice(0, 40))}`,
    hint: 'A QMP server begins with {"QMP": …}. Check the address.',
  };
}
