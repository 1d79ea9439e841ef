/** The loops that people write around JSON.parse. They refuse nothing, and round integers beyond 2^53. */

/** Splits at newlines: right for QEMU's output without pretty=on, and for nothing else. */
export function parseLines(chunks) {
  let messages = 0;
  let rest;
  for (const chunk of chunks) {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      JSON.parse(bytes.toString('utf8', start, end));
      messages++;
      start = end + 1;
    }
    rest = start < bytes.length ? bytes.subarray(start) : undefined;
  }
  return messages;
}

/** Counts brackets outside strings, byte by byte: right for any stream of objects. Each byte is looked at once. */
export function parseByDepth(chunks) {
  let messages = 0;
  let rest;
  let scanned = 0;
  let depth = 0;
  let inString = false;
  for (const chunk of chunks) {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    let at = scanned;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (inString) {
        if (byte === 92) at++;
        else if (byte === 34) inString = false;
      } else if (byte === 34) {
        inString = true;
      } else if (byte === 123 || byte === 91) {
        depth++;
      } else if ((byte === 125 || byte === 93) && --depth === 0) {
        JSON.parse(bytes.toString('utf8', start, at + 1));
        messages++;
        start = at + 1;
      }
    }
    rest = start < bytes.length ? bytes.subarray(start) : undefined;
    scanned = at - start;
  }
  return messages;
}
