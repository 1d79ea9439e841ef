import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareSchemas } from 'qapi';
import { compileText } from '../backend/compile-text.js';

/** The changes in short, and the verdicts. */
function compare(before: string, after: string): { changes: string[]; verdicts: string } {
  const { changes, client, server } = compareSchemas(compileText(before), compileText(after));
  return {
    changes: changes.map(({ kind, path, message }) => `${kind} ${path}: ${message}`),
    verdicts: `${client} ${server}`,
  };
}

/** One case: the members of a type before and after, in each direction. */
function members(before: string, after: string, direction: 'sent' | 'received') {
  const schema = (data: string) =>
    direction === 'sent'
      ? `{'command':'c','data':${data}}`
      : `{'struct':'Answer','data':${data}} {'command':'c','returns':'Answer'}`;
  return compare(schema(before), schema(after));
}

test('a schema is compatible with itself, whatever its types are called', () => {
  const one = "{'struct':'One','data':{'next':'One','n':['int']}} {'command':'c','data':'One','returns':'One'}";
  assert.deepEqual(compare(one, one.replaceAll('One', 'Other')), { changes: [], verdicts: 'compatible compatible' });
});

test('a new command or event is for new servers only, one that is gone breaks old clients', () => {
  const less = "{'command':'a'}";
  const more = "{'command':'a'} {'command':'b'} {'event':'E'}";
  assert.deepEqual(compare(less, more), {
    changes: ['added b: new command', 'added E: new event'],
    verdicts: 'compatible incompatible',
  });
  assert.deepEqual(compare(more, less), {
    changes: ['removed b: command is gone', 'removed E: event is gone'],
    verdicts: 'incompatible compatible',
  });
});

test('an optional argument may be added, a mandatory one may not', () => {
  assert.deepEqual(members("{'a':'int'}", "{'a':'int','*b':'int'}", 'sent'), {
    changes: ['added c.b: new optional argument'],
    verdicts: 'compatible incompatible',
  });
  assert.equal(members("{'a':'int'}", "{'a':'int','b':'int'}", 'sent').verdicts, 'incompatible incompatible');
  assert.equal(members("{'a':'int','*b':'int'}", "{'a':'int'}", 'sent').verdicts, 'incompatible compatible');
});

test('a return member may be added, none may go', () => {
  assert.equal(members("{'a':'int'}", "{'a':'int','b':'int'}", 'received').verdicts, 'compatible incompatible');
  assert.equal(members("{'a':'int','*b':'int'}", "{'a':'int'}", 'received').verdicts, 'incompatible compatible');
});

test('what is optional may become mandatory in one direction only', () => {
  assert.equal(members("{'*a':'int'}", "{'a':'int'}", 'sent').verdicts, 'incompatible compatible');
  assert.equal(members("{'a':'int'}", "{'*a':'int'}", 'sent').verdicts, 'compatible incompatible');
  assert.equal(members("{'*a':'int'}", "{'a':'int'}", 'received').verdicts, 'compatible incompatible');
  assert.equal(members("{'a':'int'}", "{'*a':'int'}", 'received').verdicts, 'incompatible compatible');
});

test('integer types widen and narrow', () => {
  assert.deepEqual(members("{'a':'uint8'}", "{'a':'int32'}", 'sent'), {
    changes: ['widened c.a: uint8 became int32'],
    verdicts: 'compatible incompatible',
  });
  assert.equal(members("{'a':'uint8'}", "{'a':'int32'}", 'received').verdicts, 'incompatible compatible');
  assert.equal(members("{'a':'int'}", "{'a':'uint64'}", 'sent').verdicts, 'incompatible incompatible');
});

test('a type may become an alternate of itself where it is sent', () => {
  const alternate = "{'alternate':'Either','data':{'s':'str','n':'null'}}";
  const plain = `${alternate} {'command':'c','data':{'a':'str'}}`;
  const wide = `${alternate} {'command':'c','data':{'a':'Either'}}`;
  assert.equal(compare(plain, wide).verdicts, 'compatible incompatible');
  assert.equal(compare(wide, plain).verdicts, 'incompatible compatible');
});

test('enum values may be added, but one that was accepted may not go', () => {
  const sent = (values: string) => `{'enum':'Colour','data':[${values}]} {'command':'c','data':{'a':'Colour'}}`;
  assert.deepEqual(compare(sent("'red'"), sent("'red','blue'")), {
    changes: ["widened c.a.'blue': new value"],
    verdicts: 'compatible incompatible',
  });
  assert.equal(compare(sent("'red','blue'"), sent("'red'")).verdicts, 'incompatible compatible');
  const received = (values: string) => `{'enum':'Colour','data':[${values}]} {'event':'E','data':{'a':'Colour'}}`;
  assert.equal(compare(received("'red'"), received("'red','blue'")).verdicts, 'compatible compatible');
});

test('branches are compared value by value', () => {
  const union = (members: string) => `{'enum':'Kind','data':['a','b']} {'struct':'Aa','data':{${members}}}
    {'union':'Uu','base':{'kind':'Kind'},'discriminator':'kind','data':{'a':'Aa'}} {'command':'c','data':'Uu','boxed':true}`;
  assert.deepEqual(compare(union("'x':'int'"), union("'x':'int','y':'str'")), {
    changes: ['added c.(kind=a).y: new mandatory argument'],
    verdicts: 'incompatible incompatible',
  });
});

test('what is unstable may change, what becomes deprecated is told', () => {
  assert.equal(compare("{'command':'x-a'}", '').verdicts, 'compatible compatible');
  assert.equal(compare("{'command':'a','features':['unstable']}", '').verdicts, 'compatible compatible');
  assert.deepEqual(compare("{'command':'a'}", "{'command':'a','features':['deprecated']}"), {
    changes: ['deprecated a: is deprecated now'],
    verdicts: 'compatible compatible',
  });
});

test('out-of-band execution may come but not go', () => {
  const oob = "{'command':'a','allow-oob':true}";
  assert.equal(compare("{'command':'a'}", oob).verdicts, 'compatible incompatible');
  assert.equal(compare(oob, "{'command':'a'}").verdicts, 'incompatible compatible');
});

test('types that contain each other are followed once', () => {
  const ring = (extra: string) =>
    `{'struct':'Aa','data':{'*b':'Bb'}} {'struct':'Bb','data':{'*a':'Aa'${extra}}} {'command':'c','data':'Aa','returns':'Bb'}`;
  assert.deepEqual(compare(ring(''), ring(",'*z':'int'")).changes, [
    'added c.b.z: new optional argument',
    'added c.z: new optional member',
  ]);
});
