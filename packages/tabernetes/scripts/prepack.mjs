// What `npm pack` adds to dist/: the library for browsers, declarations, the built playground, widget and site, the licence.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../lib/build.js';

const home = fileURLToPath(new URL('..', import.meta.url));
const packages = join(home, '..');
const root = join(packages, '..');
const dist = join(home, 'dist');

await ensureBuilt();
run([join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--config', 'vite.browser.config.ts']);
declarations();
for (const app of ['playground', 'widget', 'docs']) {
  const from = join(root, 'apps', app, 'dist');
  if (!existsSync(from)) throw new Error(`apps/${app} has not been built; run: npm run build`);
  rmSync(join(dist, app), { recursive: true, force: true });
  cpSync(from, join(dist, app), { recursive: true });
}
for (const file of ['LICENSE', 'README.md']) cpSync(join(root, file), join(home, file));

/** Declarations of all that the library's entries name, package by package, with imports that need no workspace. */
function declarations() {
  const types = join(dist, 'types');
  rmSync(types, { recursive: true, force: true });
  mkdirSync(types, { recursive: true });
  const exportsOf = new Map(
    readdirSync(packages)
      .filter((name) => existsSync(join(packages, name, 'package.json')))
      .map((name) => {
        const { name: full, exports = {} } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
        return [full, { name, exports }];
      }),
  );
  // By their paths, not through node_modules: declarations are made of sources only.
  const paths = {};
  for (const [full, { name, exports }] of exportsOf) {
    for (const [key, target] of Object.entries(exports)) {
      if (typeof target === 'string') paths[full + key.slice(1)] = [join(packages, name, target)];
    }
  }
  const config = join(dist, 'tsconfig.types.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: packages,
        outDir: types,
        stripInternal: true,
        paths,
      },
      include: [
        join(home, 'src', 'index.ts'),
        join(home, 'src', 'browser.ts'),
        join(packages, 'ui', 'src', 'vite-env.d.ts'),
      ],
      exclude: [],
    }),
  );
  run([join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config]);
  rmSync(config);
  for (const entry of readdirSync(types, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, 'utf8').replace(
      /((?:from|import)\s*\(?\s*)(["'])([^"']+)\2/g,
      (_, before, quote, source) => `${before}${quote}${rewritten(file, source)}${quote}`,
    );
    writeFileSync(file, text);
  }

  function rewritten(file, source) {
    if (source.startsWith('.')) return source.replace(/\.tsx?$/, '.js');
    const [scope, name, ...rest] = source.split('/');
    const found = exportsOf.get(`${scope}/${name}`);
    if (found === undefined) return source;
    const key = rest.length === 0 ? '.' : `./${rest.join('/')}`;
    const pattern = Object.keys(found.exports).find((each) => each === key || matches(each, key));
    const target = found.exports[pattern].replace('*', pattern.includes('*') ? key.slice(pattern.indexOf('*')) : '');
    const path = relative(dirname(file), join(types, found.name, target))
      .replaceAll('\\', '/')
      .replace(/\.ts$/, '.js');
    return path.startsWith('.') ? path : `./${path}`;
  }
}

function matches(pattern, key) {
  const star = pattern.indexOf('*');
  return star >= 0 && key.startsWith(pattern.slice(0, star));
}

function run(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} failed:\n${stdout}${stderr}`);
}
