import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyApi, ExecuteOptions, QmpClient } from 'qmp';
import type { Api as Agent } from 'qmp/api/agent';
import type { Api } from 'qmp/api/v7_2';
import type { Api as Newest } from 'qmp/api/v10_2';
import { pair } from './peer.js';

// What the compiler has to refuse stands under an expected error; a line that it accepts by mistake fails the build.
// None of these functions is called.

async function calls(vm: QmpClient<Api>) {
  // @ts-expect-error: no such command
  await vm.execute('query-statsu');
  // @ts-expect-error: it came after 7.2
  await vm.execute('blockdev-set-active', { active: true });
  // @ts-expect-error: arguments are required
  await vm.execute('device_del');
  // @ts-expect-error: a member is mistyped
  await vm.execute('device_del', { id: 5 });
  // @ts-expect-error: it takes no arguments
  await vm.execute('stop', { now: true });
  // @ts-expect-error: no such option
  await vm.execute('stop', {}, { timeot: 5 });
  // @ts-expect-error: it cannot be executed out-of-band
  await vm.execute('query-status', {}, { oob: true });
  // @ts-expect-error: neither here
  await vm.executeAndWait('stop', {}, 'STOP', { oob: true });
  await vm.execute('migrate-pause', {}, { oob: true, timeout: 5 });
  await vm.execute('query-status', {}, { oob: false, timeout: 5 });
  const { status } = await vm.execute('query-status');
  // @ts-expect-error: no such state
  if (status === 'asleep') return;
  const options: ExecuteOptions = {};
  // @ts-expect-error: what may ask for out-of-band is not for a command without it
  await vm.execute('query-status', {}, options);
  await vm.as<AnyApi>().execute('query-status', {}, options);
}

async function events(vm: QmpClient<Api>) {
  // @ts-expect-error: no such event
  vm.listen('STOPPED');
  // @ts-expect-error: no such event among several
  vm.listen(['STOP', 'STOPPED']);
  // @ts-expect-error: its data has no such member
  vm.on({ event: 'JOB_STATUS_CHANGE', data: { ident: 'job0' } }, () => undefined);
  // @ts-expect-error: a member is no number
  vm.on({ event: 'JOB_STATUS_CHANGE', data: { id: 5 } }, () => undefined);
  // @ts-expect-error: no such value
  vm.on({ event: 'JOB_STATUS_CHANGE', data: { status: 'tired' } }, () => undefined);
  vm.on({ event: ['SHUTDOWN', 'JOB_STATUS_CHANGE'], data: { status: 'ready' } }, () => undefined);
  vm.on({ event: 'BLOCK_IO_ERROR', where: ({ data }) => data.nospace === true }, ({ data }) => data.operation);
  const event = await vm.waitFor(['SHUTDOWN', 'JOB_STATUS_CHANGE']);
  // @ts-expect-error: only one of the two has it
  event.data.reason;
  if (event.event === 'SHUTDOWN') event.data.reason satisfies string;
  const { event: resumed } = await vm.executeAndWait('cont', {}, 'RESUME');
  resumed.event satisfies 'RESUME';
}

async function versions(old: QmpClient<Api>, any: QmpClient<AnyApi>, agent: QmpClient<Agent>) {
  const newer = await old.ifSupports('blockdev-set-active');
  // @ts-expect-error: it may not be supported
  newer.execute('blockdev-set-active', { active: true });
  await newer?.execute('blockdev-set-active', { active: true });
  // @ts-expect-error: no version has it
  await old.ifSupports('query-everything');
  await old.as<Newest>().execute('query-status');
  await any.execute('anything', { at: ['all', 5n] }, { oob: true });
  any.on({ event: 'ANY', data: { a: { b: [1n] } } }, ({ data }) => data?.a);
  await agent.execute('guest-ping');
  // @ts-expect-error: an agent is no monitor
  await agent.execute('query-status');
}

test('names that are only known at run time are for a client of any API', async () => {
  assert.equal([calls, events, versions].length, 3);
  const { client } = await pair();
  assert.equal(client.as<Api>(), client);
  await client.close();
});
