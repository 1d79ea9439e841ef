/** What has to be known of an Ethernet frame to decide where it goes. */
export type FrameKind =
  | { readonly type: 'arp-request'; readonly target: string }
  | { readonly type: 'dhcp' }
  | { readonly type: 'dns'; readonly to: string; readonly query: Uint8Array }
  | { readonly type: 'ping'; readonly to: string }
  | { readonly type: 'tcp'; readonly to: string; readonly opens: boolean }
  | { readonly type: 'other' };

const OTHER: FrameKind = { type: 'other' };
const ETHERNET = 14;
const IPV4 = 0x0800;
const ARP = 0x0806;
const ICMP = 1;
const TCP = 6;
const UDP = 17;

/** Looks into a frame. One that is cut off or makes no sense is `other`. */
export function classify(frame: Uint8Array): FrameKind {
  if (frame.length < ETHERNET + 28) return OTHER;
  const type = word(frame, 12);
  if (type === ARP)
    return word(frame, 20) === 1 && word(frame, 16) === IPV4 ? { type: 'arp-request', target: ipAt(frame, 38) } : OTHER;
  return type === IPV4 ? classifyIp(frame) : OTHER;
}

function classifyIp(frame: Uint8Array): FrameKind {
  const header = ((frame[ETHERNET] ?? 0) & 15) * 4;
  const length = word(frame, 16);
  const fragment = word(frame, 20) & 0x3fff;
  const body = ETHERNET + header;
  if (header < 20 || length < header + 8 || ETHERNET + length > frame.length || fragment !== 0) return OTHER;
  const to = ipAt(frame, 30);
  const protocol = frame[23];
  if (protocol === ICMP) return frame[body] === 8 ? { type: 'ping', to } : OTHER;
  if (protocol === TCP) return length < header + 20 ? OTHER : { type: 'tcp', to, opens: opens(frame[body + 13] ?? 0) };
  if (protocol !== UDP) return OTHER;
  const port = word(frame, body + 2);
  const size = word(frame, body + 4);
  if (size < 8 || header + size > length) return OTHER;
  // The fixed part of a DHCP message and its magic number; less would be read past the end.
  if (port === 67) return size >= 8 + 240 ? { type: 'dhcp' } : OTHER;
  return port === 53 ? { type: 'dns', to, query: frame.slice(body + 8, body + size) } : OTHER;
}

/** SYN without ACK. */
function opens(flags: number): boolean {
  return (flags & 0x12) === 2;
}

/** Turns a UDP frame around: what its receiver would answer. Without a checksum, which IPv4 allows. */
export function udpReply(request: Uint8Array, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(ETHERNET + 20 + 8 + payload.length);
  const view = new DataView(frame.buffer);
  const header = ((request[ETHERNET] ?? 0) & 15) * 4;
  frame.set(request.subarray(6, 12), 0);
  frame.set(request.subarray(0, 6), 6);
  view.setUint16(12, IPV4);
  view.setUint8(14, 0x45);
  view.setUint16(16, frame.length - ETHERNET);
  view.setUint8(22, 64);
  view.setUint8(23, UDP);
  frame.set(request.subarray(30, 34), 26);
  frame.set(request.subarray(26, 30), 30);
  view.setUint16(24, checksum(view, ETHERNET, 20));
  view.setUint16(34, word(request, ETHERNET + header + 2));
  view.setUint16(36, word(request, ETHERNET + header));
  view.setUint16(38, 8 + payload.length);
  frame.set(payload, 42);
  return frame;
}

function checksum(view: DataView, start: number, length: number): number {
  let sum = 0;
  for (let at = start; at < start + length; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum ^ 0xffff;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function ipAt(bytes: Uint8Array, at: number): string {
  return [...bytes.subarray(at, at + 4)].join('.');
}
