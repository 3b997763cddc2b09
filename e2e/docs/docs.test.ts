import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type PageSandbox, SITE, sandboxesOf, sitePages } from './pages.ts';
import { type Reader, readerOf } from './reader.ts';

const pages = sitePages();

describe('the sandboxes of the site', () => {
  for (const sandbox of pages.flatMap(sandboxesOf)) {
    test(`${sandbox.name} does what its page says`, { timeout: 60_000 }, async () => {
      const reader = await readerOf(sandbox);
      try {
        await readThrough(sandbox, reader);
      } catch (error) {
        throw new Error(`${reader.screen()}\n${error}`, { cause: error });
      } finally {
        await reader.leave();
      }
    });
  }
});

async function readThrough({ attributes, checks }: PageSandbox, reader: Reader): Promise<void> {
  const refusals = reader.applied.filter(({ outcome }) => outcome === 'refused').map(({ message }) => message);
  expect(refusals).toEqual(attributes['data-refuses'] ? [expect.stringContaining(attributes['data-refuses'])] : []);
  const standing = () => reader.checks().map(({ state }) => state);
  const own = checks.flatMap(({ byCommands }, at) => (byCommands === undefined ? [at] : []));
  await reader.until(() => own.every((at) => standing()[at] === 'met'));
  expect(own.map((at) => [checks[at]?.expect, standing()[at]])).toEqual(own.map((at) => [checks[at]?.expect, 'met']));
  for (const [at, { expect: expectation, byCommands }] of checks.entries()) {
    if (byCommands === undefined) continue;
    expect([expectation, standing()[at]]).toEqual([expectation, 'waiting']);
    await reader.type(byCommands);
    await reader.until(() => standing()[at] === 'met');
    expect([expectation, standing()[at], reader.checks()[at]?.detail]).toEqual([expectation, 'met', expect.anything()]);
  }
}

test('every link of a page leads to a page, and every page is in the sidebar', async () => {
  const { GROUPS } = await import('../../apps/docs/.vitepress/sidebar.ts');
  const listed = GROUPS.flatMap(({ items }) => items.map(({ link }) => link));
  const isPage = (link: string) => existsSync(join(SITE, `${link.replace(/[#?].*$/, '')}.md`));
  expect(listed.filter((link) => !isPage(link))).toEqual([]);
  const reachable = new Set(listed.map((link) => `${link.slice(1)}.md`));
  expect(pages.map(({ path }) => path).filter((path) => path !== 'index.md' && !reachable.has(path))).toEqual([]);
  const dead = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((\/[^)]*)\)/g)].flatMap(([, link = '']) => (isPage(link) ? [] : [`${path}: ${link}`])),
  );
  expect(dead).toEqual([]);
});
