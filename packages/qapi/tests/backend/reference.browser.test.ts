import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { generateHtml } from 'qapi';
import { compileText } from './compile-text.js';

/** The little of playwright-core that is used; its own types need the DOM's, which the tests do without. */
interface Playwright {
  readonly chromium: {
    launch(options: {
      executablePath: string;
      args: string[];
    }): Promise<{ newPage(): Promise<Page>; close(): Promise<void> }>;
  };
}

interface Page {
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  goto(url: string): Promise<unknown>;
  url(): string;
  click(selector: string): Promise<void>;
  evaluate(expression: string): Promise<unknown>;
}

const playwright: string = 'playwright-core';

const SCHEMA = `##
# @RunState:
#
# What goes on.
##
{ 'enum': 'RunState', 'data': [ 'running' ] }
##
# @query-status:
#
# Tells a \`RunState\` and a <b>.
##
{ 'command': 'query-status', 'returns': { 'type': 'RunInfo' } }
{ 'struct': 'RunInfo', 'data': { 'status': 'RunState' } }
{ 'event': 'STOP' }
`.replace("{ 'type': 'RunInfo' }", "'RunInfo'");

test('the page is searched, and its anchors lead to the names', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'qapi-page-'));
  const path = join(directory, 'page.html');
  writeFileSync(path, generateHtml(compileText(SCHEMA))[0]?.text ?? '');
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const { chromium } = (await import(playwright)) as Playwright;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => request.url().startsWith('file:') || errors.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    await page.keyboard.press('/');
    await page.keyboard.type('runinfo status');
    assert.equal(await page.evaluate('document.querySelector("#count").textContent'), '2 of 4');
    const shown =
      '[...document.querySelectorAll("article")].filter((one) => one.checkVisibility()).map((one) => one.id)';
    assert.deepEqual(await page.evaluate(shown), ['query-status', 'RunInfo']);
    await page.keyboard.press('Enter');
    assert.equal(new URL(page.url()).hash, '#query-status');
    await page.click('#query-status a[href="#RunState"]');
    assert.equal(await page.evaluate('document.querySelector("#RunState").checkVisibility()'), true);
    assert.equal(await page.evaluate('document.querySelectorAll("main b").length'), 0);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    rmSync(directory, { recursive: true });
  }
});
