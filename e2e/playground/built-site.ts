import type { Browser } from '@playwright/test';
import { afterAll, beforeAll } from 'vitest';
import { type PlaygroundServer, playgroundServer } from '../../packages/tabernetes/src/node/playground-server.ts';
import { launchBrowser } from './browser.ts';

/** What `npm run build` made, as it is served, and a browser to look at it. */
export interface BuiltSite {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  readonly browser: Browser;
}

/** Serves and opens both for the tests of the suite that calls this; to be used in its tests and hooks only. */
export function builtSite(): BuiltSite {
  let server: PlaygroundServer | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    server = await playgroundServer(0);
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the suite has not begun');
    return part;
  };
  return {
    get url() {
      return there(server).url;
    },
    get browser() {
      return there(browser);
    },
  };
}
