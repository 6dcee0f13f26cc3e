// Signs in with headless Chromium, as a person would: types a name and a password, and presses Enter.
//
//     node tests/foreign/chromium_sign_in.mjs SETTINGS
//
// SETTINGS is JSON: `url`, where to start, `user`, `password`, `profile`, a folder
// for the browser, and `screenshots`, a folder for pictures of the pages. Scripts of pages are switched off.
// Prints one line of JSON: the browser's `version`, the `url` of the callback, and its `text`.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LONG_MS = 60_000;
const FLAGS = [
  '--headless=new',
  '--disable-gpu',
  // Build servers are root, and have little shared memory.
  '--no-sandbox',
  '--disable-dev-shm-usage',
  // Talks to nobody but the test.
  '--no-proxy-server',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--window-size=1000,900',
  '--remote-debugging-pipe',
];
const SETTINGS = JSON.parse(process.argv[2]);

async function main() {
  const browser = new Browser(SETTINGS.profile);
  const watchdog = setTimeout(() => browser.fail('it takes too long'), LONG_MS);
  const { product: version } = await browser.send('Browser.getVersion');
  const page = await browser.openPage();
  await page.loads(() => page.send('Page.navigate', { url: SETTINGS.url }));
  await page.type('input[name=user]', SETTINGS.user);
  await page.type('input[name=password]', SETTINGS.password);
  await page.screenshot('sign_in.png');
  await page.loads(() => page.pressEnter());
  await page.screenshot('callback.png');
  const report = { version, url: await page.url(), text: await page.text() };
  await browser.send('Browser.close');
  clearTimeout(watchdog);
  console.log(JSON.stringify(report));
}

// Speaks the DevTools protocol through a pipe: JSON that ends with a zero byte.
class Browser {
  #calls = new Map();
  #events = new Map();
  #last = 0;
  #text = '';

  constructor(profile) {
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'];
    this.child = spawn('chromium', [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], { stdio });
    this.child.on('error', (error) => this.fail(error.message));
    this.child.stdio[4].setEncoding('utf8').on('data', (text) => this.#read(text));
  }

  fail(reason) {
    console.error(`chromium: ${reason}`);
    this.child.kill('SIGKILL');
    process.exit(1);
  }

  async openPage() {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId);
    await page.send('Page.enable');
    await page.send('Emulation.setScriptExecutionDisabled', { value: true });
    return page;
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    this.child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
  }

  event(method) {
    return new Promise((resolve) => this.#events.set(method, resolve));
  }

  #read(text) {
    const messages = (this.#text + text).split('\0');
    this.#text = messages.pop();
    for (const message of messages) this.#take(JSON.parse(message));
  }

  #take({ id, method, result, error }) {
    this.#events.get(method)?.();
    const call = this.#calls.get(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  }
}

class Page {
  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  async loads(act) {
    const loaded = this.browser.event('Page.loadEventFired');
    await act();
    await loaded;
  }

  async type(selector, text) {
    await this.send('DOM.focus', { nodeId: await this.find(selector) });
    await this.send('Input.insertText', { text });
  }

  async pressEnter() {
    const key = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  }

  async find(selector) {
    const { root } = await this.send('DOM.getDocument');
    const { nodeId } = await this.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    if (!nodeId) throw new Error(`no ${selector} at ${await this.url()}`);
    return nodeId;
  }

  async url() {
    const { currentIndex, entries } = await this.send('Page.getNavigationHistory');
    return entries[currentIndex].url;
  }

  async text() {
    const { outerHTML } = await this.send('DOM.getOuterHTML', { nodeId: await this.find('body') });
    return outerHTML.replace(/<[^>]*>/g, '').trim();
  }

  async screenshot(name) {
    const { data } = await this.send('Page.captureScreenshot');
    writeFileSync(join(SETTINGS.screenshots, name), Buffer.from(data, 'base64'));
  }
}

await main();
process.exit(0);
