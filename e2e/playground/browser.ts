import { existsSync } from 'node:fs';
import { type Browser, chromium } from '@playwright/test';

/** Debian's Chromium; elsewhere the one that Playwright installs. Undefined: there is none. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
const bundled = chromium.executablePath();

/** Why tests in a browser are skipped; empty when they are not. */
export const noBrowser =
  executablePath !== undefined || existsSync(bundled)
    ? ''
    : ' (skipped: no Chromium; npx playwright install chromium, or Debian’s package)';

/** Starts a browser that does nothing of its own on the network. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
