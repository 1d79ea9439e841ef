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
  click(selector: string): Promise<void>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  waitForFunction(expression: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

const playwright: string = 'playwright-core';

const SCHEMA = `##
# @RunState:
#
# What goes on:
#
# - one thing
# - another thing
##
{ 'enum': 'RunState', 'data': [ 'running' ] }
##
# @query-status:
#
# Tells a \`RunState\` and a <b>.
##
{ 'command': 'query-status', 'returns': { 'type': 'RunInfo' } }
{ 'struct': 'RunInfo',
  'data': { 'status': 'RunState', '*a-member-whose-name-is-longer-than-a-narrow-page-is-wide': 'RunState' } }
{ 'event': 'STOP' }
`.replace("{ 'type': 'RunInfo' }", "'RunInfo'");

/** Opens the page of the schema, and looks at errors and requests of it. */
async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
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
    await use(page);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
    rmSync(directory, { recursive: true });
  }
}

test('the page is searched, and its anchors lead to the names', async () => {
  await withPage(async (page) => {
    await page.keyboard.press('/');
    await page.keyboard.type('runinfo status');
    assert.equal(await page.evaluate('document.querySelector("#count").textContent'), '2 of 4');
    const shown =
      '[...document.querySelectorAll("article")].filter((one) => one.checkVisibility()).map((one) => one.id)';
    assert.deepEqual(await page.evaluate(shown), ['query-status', 'RunInfo']);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('location.hash'), '#query-status');
    await page.click('#query-status a[href="#RunState"]');
    await page.waitForFunction('document.querySelector("#RunState").checkVisibility()');
    assert.equal(await page.evaluate('document.querySelectorAll("main b").length'), 0);
  });
});

test('a search hides the headings of modules in which nothing is found', async () => {
  await withPage(async (page) => {
    await page.keyboard.press('/');
    await page.keyboard.type('nothing like this');
    const headings = '[...document.querySelectorAll("h2")].filter((one) => one.checkVisibility()).length';
    assert.equal(await page.evaluate(headings), 0);
  });
});

test('a narrow page is read without scrolling aside', async () => {
  await withPage(async (page) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.waitForFunction('innerWidth === 320');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
  });
});
