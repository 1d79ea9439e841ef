import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, html } from '#src/backend/html.js';
import { parseInline } from '#src/backend/inline-markup.js';
import { inlineMarkdown, markdown } from '#src/backend/markdown.js';
import { parseMarkup } from '#src/backend/markup.js';
import { Prose } from '#src/backend/prose.js';

const nowhere = () => undefined;

test('lines without a blank line between them are one paragraph', () => {
  assert.deepEqual(parseMarkup('One\ntwo.\n\nThree.'), [
    { kind: 'paragraph', pieces: [{ kind: 'text', text: 'One\ntwo.' }] },
    { kind: 'paragraph', pieces: [{ kind: 'text', text: 'Three.' }] },
  ]);
});

test('lists nest by indentation', () => {
  const text = '- one\n  goes on\n\n  - inner\n\n- two';
  assert.equal(markdown(new Prose(text), nowhere), '- one\n  goes on\n\n  - inner\n- two');
  assert.equal(markdown(new Prose('1. one\n2. two'), nowhere), '1. one\n2. two');
});

test('an example keeps its lines, and tells who speaks', () => {
  const text = '.. qmp-example::\n   :title: Stopping\n\n     -> { "execute": "stop" }\n     <- { "return": {} }\n';
  assert.equal(
    markdown(new Prose(text), nowhere),
    '**Example: Stopping**\n\n```qmp\n-> { "execute": "stop" }\n<- { "return": {} }\n```',
  );
  assert.match(html(new Prose(text), nowhere, 1), /<span class="client">-&#62; .*\n<span class="server">&#60;- /);
});

test('an annotated example mixes text and code', () => {
  const text = '.. qmp-example::\n   :annotated:\n\n   First::\n\n     -> {}\n\n   Done.';
  assert.equal(markdown(new Prose(text), nowhere), '**Example**\n\nFirst:\n\n```qmp\n-> {}\n```\n\nDone.');
});

test('a paragraph that ends in two colons is followed by literal text', () => {
  assert.equal(markdown(new Prose('Like this::\n\n  a *b*\n\nEnd.'), nowhere), 'Like this:\n\n```\na *b*\n```\n\nEnd.');
});

test('notes are set apart', () => {
  assert.equal(markdown(new Prose('.. note:: Take care.\n   Really.'), nowhere), '> **Note:** Take care.\n> Really.');
});

test('headings of both dialects are found', () => {
  assert.equal(markdown(new Prose('== Block devices'), nowhere), '## Block devices');
  assert.equal(markdown(new Prose('Block devices\n=============\n\nText.'), nowhere), '## Block devices\n\nText.');
});

test('names become code, known ones become links', () => {
  const resolve = (name: string) => (name === 'stop' ? '#stop' : undefined);
  assert.equal(
    inlineMarkdown('See `stop`, `go`, @speed and ``x``.', resolve),
    'See [`stop`](#stop), `go`, `speed` and `x`.',
  );
  assert.equal(inlineMarkdown('See :qapi:cmd:`stop`.', resolve), 'See [`stop`](#stop).');
});

test('emphasis and addresses are read, a lone star is not emphasis', () => {
  assert.deepEqual(
    parseInline('a * b, *c* at https://example.org/x.').map(({ kind, text }) => [kind, text]),
    [
      ['text', 'a * b, '],
      ['emphasis', 'c'],
      ['text', ' at '],
      ['link', 'https://example.org/x'],
      ['text', '.'],
    ],
  );
});

test('plain text cannot become markup', () => {
  assert.equal(inlineMarkdown('a <b> [c](d) *e', nowhere), 'a \\<b> \\[c](d) \\*e');
  assert.equal(html(new Prose('a <script> & "b"'), nowhere, 1), '<p>a &#60;script&#62; &#38; &#34;b&#34;</p>');
  assert.equal(escapeHtml("'"), '&#39;');
});

test('any text at all is taken', () => {
  for (const text of [
    '',
    '::',
    '.. ',
    '.. x::',
    '- ',
    '===',
    '*',
    '`',
    '@',
    '``',
    '.. qmp-example::',
    '.. note::\n',
    '|\n=\n',
  ]) {
    assert.doesNotThrow(() => html(new Prose(text), nowhere, 1));
    assert.doesNotThrow(() => markdown(new Prose(text), nowhere));
  }
});
