import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tool = (...path: string[]) => join(root, 'node_modules', ...path);
const SCRIPT = `
  import { createCluster } from 'tabernetes';
  const cluster = await createCluster({ seed: 1, clock: 'virtual' });
  const { stdout } = await cluster.kubectl('kubectl get nodes -o name');
  console.log(stdout);
  await cluster.stop();
`;

describe('the package, as npm packs it, in a project of somebody else', { timeout: 240_000 }, () => {
  let project: string;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'tabernetes-pack-'));
    const [npm, ...args] = process.platform === 'win32' ? ['cmd', '/c', 'npm'] : ['npm'];
    execFileSync(npm as string, [...args, 'pack', '--silent', '--pack-destination', project], {
      cwd: join(root, 'packages', 'tabernetes'),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [archive = ''] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', archive], { cwd: project });
    const modules = join(project, 'node_modules');
    mkdirSync(modules);
    cpSync(join(project, 'package'), join(modules, 'tabernetes'), { recursive: true });
    rmSync(join(project, 'package'), { recursive: true });
    // Its two dependencies and theirs, which npm install would fetch.
    for (const name of readdirSync(tool()).filter(
      (each) => !each.startsWith('.') && each !== 'tabernetes' && each !== '@tabernetes',
    )) {
      symlinkSync(tool(name), join(modules, name), 'junction');
    }
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'theirs', private: true, type: 'module' }));
  }, 240_000);
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });

  test('runs in Node', () => {
    const { stdout, stderr } = node('--input-type=module', '-e', SCRIPT);
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: 'node/node-1\nnode/node-2\nnode/node-3', stderr: '' });
  });

  test('its command says how to use it, and its playground is in it', () => {
    const bin = join(project, 'node_modules', 'tabernetes', 'bin', 'tabernetes.js');
    expect(node(bin, '--help').stdout).toContain('Usage: tabernetes <command>');
    expect(readdirSync(join(project, 'node_modules', 'tabernetes', 'dist', 'playground'))).toContain('index.html');
  });

  test('a TypeScript project has its types', () => {
    writeFileSync(
      join(project, 'their.ts'),
      "import { type Cluster, createCluster } from 'tabernetes';\nconst cluster: Cluster = await createCluster({ nodes: 2 });\nawait cluster.clock.advance('10m');\n// @ts-expect-error there is no such option\nawait createCluster({ node: 2 });\n",
    );
    const flags = '--noEmit --strict --target es2022 --module nodenext --types node their.ts'.split(' ');
    expect(node(tool('typescript', 'bin', 'tsc'), ...flags).stdout).toBe('');
  });

  test('a Vite project bundles it for the browser, with nothing of Node in it', () => {
    writeFileSync(join(project, 'index.html'), '<script type="module" src="./main.js"></script>');
    writeFileSync(join(project, 'main.js'), SCRIPT);
    const { stderr, status } = node(tool('vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn');
    expect(stderr.replace(/^.*(chunk|Adjust|Using dynamic|Use build).*$/gim, '')).not.toMatch(/node:/);
    expect(status).toBe(0);
  });
});
