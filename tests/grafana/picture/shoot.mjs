// Opens a page in Chromium, waits until every panel is drawn, and takes a picture: shoot.mjs URL PNG WIDTH PROFILE.

import { existsSync, writeFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import UPNG from 'upng-js';

const COLORS = 256; // a palette makes the file three times smaller, and no eye sees it

const [url, png, width, profile] = process.argv.slice(2);
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await puppeteer.launch({
  executablePath,
  userDataDir: profile,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--no-proxy-server', '--hide-scrollbars',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-color-profile=srgb'],
});
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(`page: ${error.stack ?? error}`));
  page.on('console', (message) => process.env.VERBOSE && console.error(`console: ${message.text()}`));
  await page.setViewport({ width: Number(width), height: 900, deviceScaleFactor: 1 });
  await page.goto(url);
  await page.waitForFunction('window.drawn && drawn.wanted >= 0 && drawn.count >= drawn.wanted', { timeout: 60_000 });
  await page.evaluate(() => document.fonts.ready);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const problems = await page.$$eval('[data-problem]', (found) => found.map((one) => `${one.dataset.problem}: ${one.textContent}`));
  const picture = UPNG.decode(await page.screenshot({ fullPage: true }));
  writeFileSync(png, Buffer.from(UPNG.encode(UPNG.toRGBA8(picture), picture.width, picture.height, COLORS)));
  problems.forEach((problem) => console.error(problem));
  process.exitCode = problems.length ? 1 : 0;
} finally {
  await browser.close();
}
