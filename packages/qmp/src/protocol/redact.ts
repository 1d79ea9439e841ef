import { JsonDouble, type JsonObject, type JsonValue } from '../json/value.js';

/** What stands in the place of a secret. */
export const REDACTED = '<redacted>';

/** Members that hold a secret wherever they appear. Names of secrets (`key-secret`, `password-secret`) are not secret. */
const anywhere = new Set(['password', 'passwd', 'passphrase', 'cookie', 'crypted-password', 'auth-token']);

/** Members of the arguments that hold a secret, or a guest's private data, by command. */
const byCommand: Readonly<Record<string, readonly string[]>> = {
  'guest-file-write': ['buf-b64'],
  'guest-exec': ['arg', 'env', 'input-data'],
  'guest-ssh-add-authorized-keys': ['keys'],
  'ringbuf-write': ['data'],
  'sev-inject-launch-secret': ['packet-header', 'secret'],
};

/** Commands whose reply is a text that does not belong into a log. */
const privateTexts: ReadonlySet<string> = new Set(['ringbuf-read']);

/** Commands whose reply holds data that does not belong into a log. */
const privateReplies: Readonly<Record<string, readonly string[]>> = {
  'guest-file-read': ['buf-b64'],
  'guest-exec-status': ['out-data', 'err-data'],
  'query-sev-launch-measure': ['data'],
};

/** Human monitor commands whose last words are secret. */
const secretLine =
  /^(\s*(?:set_password\s+\S+|change\s+\S+\s+(?:password|passwd)|ringbuf_write\s+\S+|qom-set\s+(?:-\S+\s+)?\S+\s+(?:data|password|passphrase))\s+).+$/s;
const secretOption = /((?:^|[,\s.])(?:password|passphrase|cookie|data)=)(?:[^,\s]|,,)*/g;
const secretMember = /("(?:password|passphrase|cookie|data)"\s*:\s*)"(?:[^"\\]|\\.)*"?/gs;
const userInfo = /(\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:)[^/\s@]+@/gi;

/**
 * Returns the arguments of a command without what does not belong into a log. The given value stays as it is.
 *
 * @param secrets names of members, at any depth, that are secret too: what a schema marks.
 */
export function redactArguments(command: string, args: JsonObject, secrets: readonly string[] = []): JsonObject {
  if (command === 'human-monitor-command' && typeof args['command-line'] === 'string') {
    return { ...args, 'command-line': redactLine(args['command-line']) };
  }
  const own = new Set(byCommand[command] ?? []);
  const { property } = args;
  if (command === 'qom-set' && (property === 'data' || anywhere.has(String(property)))) own.add('value');
  return redactObject(args, own, secrets.length === 0 ? none : new Set(secrets));
}

/** Hides in a text what redacting hid of a value: texts of errors quote what they refuse. */
export function redactQuoted(text: string, value: JsonValue, redacted: JsonValue): string {
  let clean = redactText(text);
  const hide = (was: JsonValue | undefined, is: JsonValue | undefined): void => {
    if (typeof was === 'string') {
      if (was === '' || was === is) return;
      const shown = typeof is === 'string' ? is : REDACTED;
      for (const quoted of [was, JSON.stringify(was).slice(1, -1)]) clean = clean.replaceAll(quoted, () => shown);
    } else if (typeof was === 'object' && was !== null) {
      const inside = typeof is === 'object' && is !== null ? (is as JsonObject) : undefined;
      for (const [name, item] of Object.entries(was as JsonObject)) hide(item, inside ? inside[name] : is);
    }
  };
  hide(value, redacted);
  return clean;
}

/** Returns the body of a command's error; its text may quote a secret of the arguments. */
export function redactError(command: string, args: JsonObject | undefined, error: JsonValue): JsonValue {
  if (args === undefined || !isObject(error) || typeof error.desc !== 'string') return redactReply(command, error);
  return { ...error, desc: redactQuoted(error.desc, args, redactArguments(command, args)) };
}

/**
 * Returns what a command replied, or an event's data, without what does not belong into a log.
 *
 * @param secrets as for {@link redactArguments}.
 */
export function redactReply(command: string, value: JsonValue, secrets: readonly string[] = []): JsonValue {
  if (privateTexts.has(command) && typeof value === 'string') return REDACTED;
  const own = privateReplies[command];
  const marked = secrets.length === 0 ? none : new Set(secrets);
  return own !== undefined && isObject(value) ? redactObject(value, new Set(own), marked) : redactValue(value, marked);
}

/** Hides the secret words of a line for the human monitor. */
export function redactLine(line: string): string {
  const plain = line.replace(secretLine, `$1${REDACTED}`).replace(secretOption, `$1${REDACTED}`);
  return redactText(plain.replace(secretMember, `$1"${REDACTED}"`));
}

/** Hides the password in `scheme://user:password@host`. */
export function redactText(text: string): string {
  return text.includes('://') ? text.replace(userInfo, `$1${REDACTED}@`) : text;
}

const none: ReadonlySet<string> = new Set();

function redactValue(value: JsonValue, secrets: ReadonlySet<string>): JsonValue {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => redactValue(item, secrets));
  return isObject(value) ? redactObject(value, none, secrets) : value;
}

/** @param own names of secret members of this object; `secrets`: of everything inside it too. */
function redactObject(object: JsonObject, own: ReadonlySet<string>, secrets: ReadonlySet<string>): JsonObject {
  const secret = isSecretObject(object['qom-type']);
  const entries = Object.entries(object).map(([name, value]): [string, JsonValue | undefined] => {
    const hide = own.has(name) || anywhere.has(name) || secrets.has(name) || (secret && name === 'data');
    if (value === undefined || value === null) return [name, value];
    // QEMU before 6.0 has what the object is made of in a member of its own.
    if (secret && name === 'props' && isObject(value)) return [name, redactObject(value, new Set(['data']), secrets)];
    return [name, hide ? REDACTED : redactValue(value, secrets)];
  });
  return Object.fromEntries(entries);
}

function isSecretObject(type: JsonValue | undefined): boolean {
  return type === 'secret' || type === 'secret_keyring';
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JsonDouble.is(value);
}
