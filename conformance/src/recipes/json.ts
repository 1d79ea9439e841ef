import { bytes, each, type Recipe } from '../recipe.js';

const id = (text: string) => `{"id": ${text}}\n`;

/** Doubles at the edges of what seventeen digits can tell. */
const doubles = [
  ...[
    '4.9e-324',
    '2.2250738585072014e-308',
    '2.2250738585072011e-308',
    '1.7976931348623157e308',
    '1.7976931348623159e308',
  ],
  ...['0.3', '0.30000000000000004', '123456789.125', '1e15', '1.5e16', '12345678901234567.0', '99999999999999990.0'],
  ...['1e-4', '1e-5', '9.9999999999999999e-5', '0.00001234', '5e-1', '1E3', '1e+3', '1e-0', '0.1e1', '100e-2'],
  ...['3.141592653589793', '2.718281828459045', '-1.5e-10', '-2.5e+25', '6.02214076e23', '1e400', '-1e400', '1e-400'],
  ...['0.1e-400', '0.0e5', '-0.0e0', '9007199254740993.0', '18446744073709551615.0', '9223372036854775808.5'],
];

const integers = [
  ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '9223372036854775806'],
  ...['-9223372036854775807', '-9223372036854775808', '-9223372036854775809', '9223372036854775808'],
  ...['18446744073709551614', '18446744073709551616', '-18446744073709551615', '123456789012345678901234567890'],
];

/** Not numbers, or more than one token. */
const broken = [
  ...['1.', '1.e5', '1e', '1e+', '1ex', '-', '--1', '-e', '+1', '.5', '00', '-00', '01.5', '0x10', '1_0', '1,2', '0e0'],
  ...['-0e1', '1.2.3', '1e5.5', '1-2', 'Infinity', 'NaN', '-Infinity', '1f', '12a'],
];

export const ownNumbers: Recipe = {
  group: 'own-numbers',
  description: 'Number literals at the edges of doubles and of 64-bit integers, and what is no number',
  cases: [
    ...each(Object.fromEntries(doubles.map((text) => [`double ${text}`, id(text)]))),
    ...each(Object.fromEntries(integers.map((text) => [`integer ${text}`, id(text)]))),
    ...each(Object.fromEntries(broken.map((text) => [`broken ${text}`, id(text)]))),
  ],
};

/** UTF-8 sequences, good and bad, inside a string. */
const sequences: Readonly<Record<string, string>> = {
  'two bytes, lowest': 'c280',
  'two bytes, highest': 'dfbf',
  'two bytes, overlong': 'c1bf',
  'two bytes, cut': 'c3',
  'two bytes, then a letter': 'c341',
  'three bytes, lowest': 'e0a080',
  'three bytes, overlong': 'e09fbf',
  'three bytes, surrogate low': 'eda080',
  'three bytes, surrogate high': 'edbfbf',
  'three bytes, just below the surrogates': 'ed9fbf',
  'three bytes, just above the surrogates': 'ee8080',
  'three bytes, replacement character': 'efbfbd',
  'three bytes, nonchar fffe': 'efbfbe',
  'three bytes, nonchar fdd0': 'efb790',
  'three bytes, just above fdef': 'efb7b0',
  'three bytes, cut after two': 'e282',
  'four bytes, lowest': 'f0908080',
  'four bytes, overlong': 'f08fbfbf',
  'four bytes, highest': 'f48fbfbd',
  'four bytes, nonchar 10ffff': 'f48fbfbf',
  'four bytes, above the range': 'f4908080',
  'four bytes, cut after three': 'f09f98',
  'four bytes, nonchar 1fffe': 'f09fbfbe',
  'five bytes': 'f888808080',
  'six bytes': 'fc8480808080',
  'stray continuation': '80',
  'two stray continuations': '8080',
  'lead byte then quote end': 'e2',
  'byte order mark': 'efbbbf',
  'nul in two bytes': 'c080',
  'nul between letters': '61c08062',
};

const hex = (text: string) => Buffer.from(text).toString('hex');

export const ownUtf8: Recipe = {
  group: 'own-utf8',
  description: 'Every class of UTF-8 sequence: as an id, and as the name of a command, where an error text quotes it',
  cases: Object.entries(sequences).flatMap(([name, sequence]) => [
    bytes(`id: ${name}`, `${hex('{"id": "')}${sequence}${hex('"}')}`),
    bytes(`command: ${name}`, `${hex('{"execute": "x')}${sequence}${hex('y"}')}`),
  ]),
};

/** One byte of garbage between two messages: what it does to the second. */
const garbage = [
  0x00, 0x01, 0x08, 0x09, 0x0b, 0x0c, 0x1b, 0x1f, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x2a, 0x2b,
];
const moreGarbage = [
  0x2c, 0x2d, 0x2e, 0x2f, 0x30, 0x3a, 0x3b, 0x3d, 0x40, 0x41, 0x5b, 0x5c, 0x5d, 0x5f, 0x61, 0x7b, 0x7c,
];
const lastGarbage = [0x7d, 0x7e, 0x7f, 0x80, 0xc3, 0xe2, 0xf0, 0xfd, 0xfe, 0xff];

export const ownGarbage: Recipe = {
  group: 'own-garbage',
  description: 'One stray byte, then a message, a line end and another message: what is answered and what is skipped',
  cases: [...garbage, ...moreGarbage, ...lastGarbage].map((byte) => {
    const text = byte.toString(16).padStart(2, '0');
    return bytes(`byte ${text}`, `${text}${hex('{"id": 1}\n{"id": 2}\n}]\n{"id": 3}\n')}`);
  }),
};

export const ownStrings: Recipe = {
  group: 'own-strings',
  description: 'Escapes and quotes in ids, member names and command names',
  cases: each({
    'escaped member name': '{"\\u0065xecute": "absent"}',
    'escaped member name in single quotes': "{'\\x65xecute': 'absent'}",
    'escaped command name': '{"execute": "a\\u0062sent"}',
    'duplicate after unescaping': '{"id": 1, "\\u0069d": 2}',
    'duplicate in nested object': '{"id": {"a": 1, "a": 2}}',
    'duplicate with different quotes': '{"id": 1, \'id\': 2}',
    'pair split by a letter': '{"id": "\\ud83da\\ude00"}',
    'pair reversed': '{"id": "\\ude00\\ud83d"}',
    'high surrogate at the end': '{"id": "\\ud83d"}',
    'high surrogate then other escape': '{"id": "\\ud83d\\n"}',
    'high surrogate then bmp escape': '{"id": "\\ud83d\\u0041"}',
    'two high surrogates': '{"id": "\\ud83d\\ud83d\\ude00"}',
    'pair that is a noncharacter': '{"id": "\\ud83f\\udfff"}',
    'upper-case hex digits': '{"id": "\\u00E9\\u00e9"}',
    'three hex digits': '{"id": "\\u12 4"}',
    'escape at the end': '{"id": "abc\\',
    'slash escaped': '{"id": "a\\/b"}',
    'single quote escaped in double quotes': '{"id": "a\\\'b"}',
    'double quote bare in single quotes': "{'id': 'a\"b'}",
    'single quote bare in double quotes': '{"id": "it\'s"}',
    'unknown escape': '{"id": "\\q"}',
    'octal escape': '{"id": "\\012"}',
    'escaped line end': '{"id": "a\\\nb"}',
    'delete character': '{"id": "\u007f"}',
    'all short escapes': '{"id": "\\b\\f\\n\\r\\t\\\\\\""}',
    'control characters by escape': '{"id": "\\u0001\\u001f\\u007f\\u0080"}',
    'nul by escape in a command name': '{"execute": "query-version\\u0000"}',
    'line separator': '{"id": "\\u2028\\u2029"}',
    'error quotes what it echoes': '{"execute": "a\\"b\\\\c\\n\\u0001\u00e9\ud83d\ude00"}',
    'long command name': `{"execute": "${'x'.repeat(600)}"}`,
    'longer command name than an error text': `{"execute": "${'y'.repeat(5000)}"}`,
    'keyword as name': '{true: 1}',
    'number as name': '{1: 1}',
    'keyword cut by the end of the message': '{"id": nul}',
    'keyword too long': '{"id": nullx}',
    'keyword then quote': '{"id": true"x"}',
    'empty name': '{"": 1}',
    'empty name in id': '{"id": {"": {"": []}}}',
  }),
};

export const ownStructure: Recipe = {
  group: 'own-structure',
  description: 'Separators, nesting and several messages in one write',
  cases: each({
    'comma first': '{, "id": 1}',
    'comma last': '{"id": 1,}',
    'two commas': '{"id": 1,, "x": 2}',
    'comma last in array': '[1,]\n{"id": 1}',
    'comma first in array': '[,1]\n{"id": 1}',
    'colon in array': '[1:2]\n{"id": 1}',
    'colon missing': '{"id" 1}',
    'two colons': '{"id":: 1}',
    'value missing': '{"id": }',
    'name only': '{"id"}',
    'closed by the wrong bracket': '{"id": [1}\n]}{"id": 2}',
    'closed twice': '{"id": 1}}{"id": 2}',
    'array of objects': '[{"id": 1}, {"id": 2}]',
    'null at top': 'null\n',
    'number at top': '12 34 ',
    'string at top': '"a" \'b\'',
    'objects without blanks': '{"id":1}{"id":2}{"id":3}',
    'objects separated by commas': '{"id": 1},{"id": 2}',
    'deep id': `{"id": ${'['.repeat(100)}${']'.repeat(100)}}`,
    'deep object id': `{"id": ${'{"a": '.repeat(40)}1${'}'.repeat(40)}}`,
    'blank forms': '{\t"id"\r\n:\n1\t}\r',
    'form feed is no blank': '{"id":\f1}\n{"id": 2}',
    'vertical tab is no blank': '{"id":\v1}\n{"id": 2}',
    'error then the rest of the line': '{"id": x}{"id": 2}\n{"id": 3}',
    'error inside nested array': '{"id": [[1, x], 2]}{"id": 3}',
    'two errors in one message': '{"id": x, "y": q}',
    'unfinished then stray brace': '{"id": "a}\n{"id": 2}\n',
  }),
};
