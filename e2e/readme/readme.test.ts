import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playgroundServer } from '../../packages/tabernetes/src/node/playground-server.ts';
import { launchBrowser, noBrowser } from '../playground/browser.ts';
import { codeBlocks } from './blocks.ts';

/* What README.md tells people to copy is taken out of it and done. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const hasKubectl =
  spawnSync('kubectl', ['version', '--client']).status === 0 && spawnSync('sh', ['-c', ':']).status === 0;

function block(language: string, part: string): string {
  const found = codeBlocks(README).filter((each) => each.language === language && each.text.includes(part));
  expect(found, `blocks in ${language} with ${part}`).toHaveLength(1);
  return found[0]?.text ?? '';
}

describe('README.md', { timeout: 120_000 }, () => {
  let home: string;
  beforeAll(() => {
    // Inside of the repository, so that the name tabernetes means this one.
    mkdirSync(join(ROOT, 'e2e', '.tmp'), { recursive: true });
    home = mkdtempSync(join(ROOT, 'e2e', '.tmp', 'readme-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test('its scripts are those of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...README.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => name !== undefined && !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('its links lead somewhere', () => {
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, to = '']) => to);
    const missing = links.filter((to) => !to.startsWith('https://') && !existsSync(join(ROOT, to)));
    expect(missing).toEqual([]);
  });

  test('its cluster in a script says the same in every run', () => {
    writeFileSync(join(home, 'script.mjs'), block('js', 'cluster.fetch('));
    const run = () => spawnSync(process.execPath, [join(home, 'script.mjs')], { encoding: 'utf8' });
    const { stdout, stderr } = run();
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^[0-9a-f-]{36}\n/);
    expect(run().stdout).toBe(stdout);
  });

  test('its test for Vitest passes, and prints a link when it fails', () => {
    const text = block('ts', 'onTestFailed');
    const file = (name: string) => join(home, name);
    writeFileSync(file('passes.test.ts'), text);
    writeFileSync(file('fails.test.ts'), text.replace("toBe('3')", "toBe('4')"));
    const config = `export default { test: { include: ['*.test.ts'], reporters: ['verbose'], testTimeout: 60_000 } };\n`;
    writeFileSync(file('vitest.config.mjs'), config);
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const run = (name: string) =>
      spawnSync(process.execPath, [vitest, 'run', '--root', home, name], { encoding: 'utf8' });
    const passes = run('passes');
    expect(passes.status, passes.stdout + passes.stderr).toBe(0);
    const fails = run('fails');
    expect(fails.status).toBe(1);
    expect(fails.stdout + fails.stderr).toMatch(/http:\/\/127\.0\.0\.1:5173\/#s=[\w-]+/);
  });

  test.skipIf(!hasKubectl)(
    `its lines for kubectl do what they say${hasKubectl ? '' : ' (skipped: no kubectl on the PATH)'}`,
    async () => {
      const lines = block('sh', 'npm run serve').trim().split('\n');
      const [serve = '', ...rest] = lines.filter((line) => !line.startsWith('#'));
      const args = serve.replace(/ &$/, '').split(' ').slice(4);
      const command = join(ROOT, 'packages', 'tabernetes', 'bin', 'tabernetes.js');
      const server = spawn(process.execPath, [command, 'serve', ...args], { cwd: home });
      try {
        await new Promise<void>((resolve, reject) => {
          server.stdout.on('data', (data: Buffer) => data.includes('is ready at') && resolve());
          server.once('exit', () => reject(new Error('the server has ended')));
        });
        // Our kubectl is named by its place in the repository.
        const script = rest.join('\n').replaceAll('packages/', `${ROOT}/packages/`);
        const { stdout, stderr, status } = spawnSync('sh', ['-ec', script], { cwd: home, encoding: 'utf8' });
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        expect(stdout).toContain('deployment.apps/web created');
        expect(stdout).toContain('successfully rolled out');
        expect(stdout).toMatch(/^web-\S+ +1\/1 +Running/m);
      } finally {
        server.kill('SIGTERM');
      }
    },
  );

  test.skipIf(noBrowser !== '')(`its page with a widget runs${noBrowser}`, async () => {
    const server = await playgroundServer(0);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const body = `<!doctype html><meta charset="utf-8">${block('html', 'tabernetes-sandbox')}`;
      await page.route('**/theirs.html', (route) => route.fulfill({ contentType: 'text/html', body }));
      await page.goto(`${server.url}/theirs.html`);
      await page.locator('tabernetes-sandbox .run').click();
      await page.locator('tabernetes-sandbox .pod.ready').first().waitFor();
      await page.locator('tabernetes-check[state=met]').waitFor({ state: 'attached' });
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
