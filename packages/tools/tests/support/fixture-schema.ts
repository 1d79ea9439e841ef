import type { JsonValue } from 'qmp/json';
import { ServerSchema } from '#src/schema/server-schema.js';

const optional = { default: null };

/** A small server, in the form of a `query-qmp-schema` reply: one of each thing that typed text can meet. */
export const fixtureReply: JsonValue = [
  { name: 'str', 'meta-type': 'builtin', 'json-type': 'string' },
  { name: 'int', 'meta-type': 'builtin', 'json-type': 'int' },
  { name: 'number', 'meta-type': 'builtin', 'json-type': 'number' },
  { name: 'bool', 'meta-type': 'builtin', 'json-type': 'boolean' },
  { name: 'null', 'meta-type': 'builtin', 'json-type': 'null' },
  { name: 'any', 'meta-type': 'builtin', 'json-type': 'value' },
  { name: 'none', 'meta-type': 'object', members: [] },
  { name: '[str]', 'meta-type': 'array', 'element-type': 'str' },
  { name: '[int]', 'meta-type': 'array', 'element-type': 'int' },

  { name: 'query-status', 'meta-type': 'command', 'arg-type': 'none', 'ret-type': 'status' },
  { name: 'query-name', 'meta-type': 'command', 'arg-type': 'none', 'ret-type': 'none' },
  { name: 'quit', 'meta-type': 'command', 'arg-type': 'none', 'ret-type': 'none' },
  { name: 'yank', 'meta-type': 'command', 'arg-type': 'none', 'ret-type': 'none', 'allow-oob': true },
  { name: 'status', 'meta-type': 'object', members: [{ name: 'running', type: 'bool' }] },

  { name: 'device_add', 'meta-type': 'command', 'arg-type': 'device', 'ret-type': 'none' },
  {
    name: 'device',
    'meta-type': 'object',
    members: [
      { name: 'driver', type: 'str' },
      { name: 'id', type: 'str', ...optional },
    ],
  },
  { name: 'device_del', 'meta-type': 'command', 'arg-type': 'by-id', 'ret-type': 'none' },
  { name: 'by-id', 'meta-type': 'object', members: [{ name: 'id', type: 'str' }] },

  { name: 'human-monitor-command', 'meta-type': 'command', 'arg-type': 'hmp', 'ret-type': 'str' },
  {
    name: 'hmp',
    'meta-type': 'object',
    members: [
      { name: 'command-line', type: 'str' },
      { name: 'cpu-index', type: 'int', ...optional },
    ],
  },

  { name: 'set-all', 'meta-type': 'command', 'arg-type': 'all', 'ret-type': 'none', features: ['deprecated'] },
  {
    name: 'all',
    'meta-type': 'object',
    members: [
      { name: 'text', type: 'str', ...optional },
      { name: 'count', type: 'int', ...optional },
      { name: 'ratio', type: 'number', ...optional },
      { name: 'force', type: 'bool', ...optional },
      { name: 'names', type: '[str]', ...optional },
      { name: 'numbers', type: '[int]', ...optional },
      { name: 'mode', type: 'mode', ...optional },
      { name: 'free', type: 'any', ...optional },
      { name: 'backing', type: 'ref-or-null', ...optional },
    ],
  },
  { name: 'mode', 'meta-type': 'enum', values: ['incremental', 'full', 'none'] },
  { name: 'ref-or-null', 'meta-type': 'alternate', members: [{ type: 'node' }, { type: 'str' }, { type: 'null' }] },

  { name: 'blockdev-add', 'meta-type': 'command', 'arg-type': 'node', 'ret-type': 'none' },
  {
    name: 'node',
    'meta-type': 'object',
    members: [
      { name: 'driver', type: 'driver' },
      { name: 'node-name', type: 'str', ...optional },
      { name: 'cache', type: 'cache', ...optional },
    ],
    tag: 'driver',
    variants: [
      { case: 'file', type: 'node-file' },
      { case: 'qcow2', type: 'node-qcow2' },
      { case: 'null-co', type: 'none' },
    ],
  },
  {
    name: 'driver',
    'meta-type': 'enum',
    members: [{ name: 'file' }, { name: 'qcow2' }, { name: 'null-co' }],
    values: [],
  },
  { name: 'cache', 'meta-type': 'object', members: [{ name: 'direct', type: 'bool', ...optional }] },
  {
    name: 'node-file',
    'meta-type': 'object',
    members: [
      { name: 'filename', type: 'str' },
      { name: 'locking', type: 'locking', ...optional },
    ],
  },
  { name: 'locking', 'meta-type': 'enum', values: ['auto', 'on', 'off'] },
  { name: 'node-qcow2', 'meta-type': 'object', members: [{ name: 'file', type: 'ref' }] },
  { name: 'ref', 'meta-type': 'alternate', members: [{ type: 'node' }, { type: 'str' }] },

  { name: 'transaction', 'meta-type': 'command', 'arg-type': 'transaction-arg', 'ret-type': 'none' },
  { name: 'transaction-arg', 'meta-type': 'object', members: [{ name: 'actions', type: '[action]' }] },
  { name: '[action]', 'meta-type': 'array', 'element-type': 'action' },
  {
    name: 'action',
    'meta-type': 'object',
    members: [{ name: 'type', type: 'action-kind' }],
    tag: 'type',
    variants: [
      { case: 'abort', type: 'abort-wrapper' },
      { case: 'snapshot', type: 'snapshot-wrapper' },
    ],
  },
  { name: 'action-kind', 'meta-type': 'enum', values: ['abort', 'snapshot'] },
  { name: 'abort-wrapper', 'meta-type': 'object', members: [{ name: 'data', type: 'none' }] },
  { name: 'snapshot-wrapper', 'meta-type': 'object', members: [{ name: 'data', type: 'snapshot' }] },
  {
    name: 'snapshot',
    'meta-type': 'object',
    members: [
      { name: 'node', type: 'str' },
      { name: 'overlay', type: 'str' },
    ],
  },
  { name: 'STOP', 'meta-type': 'event', 'arg-type': 'none' },
  { name: 'RESUME', 'meta-type': 'event', 'arg-type': 'none' },
];

export const fixtureSchema = new ServerSchema(fixtureReply);

/** What `device-list-properties` says of a device of that server. */
export const e1000Properties: JsonValue = [
  { name: 'x-experiment', type: 'bool' },
  { name: 'mac', type: 'str', description: 'MAC address' },
  { name: 'netdev', type: 'str' },
  { name: 'addr', type: 'int32', description: 'Slot and function', 'default-value': -1 },
  { name: 'multifunction', type: 'bool', description: 'on/off', 'default-value': false },
  { name: 'disable-legacy', type: 'OnOffAuto', description: 'on/off/auto', 'default-value': 'auto' },
  { name: 'part', type: 'child<part>' },
];
