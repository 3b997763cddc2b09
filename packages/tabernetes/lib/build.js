// Builds dist/ where this package is a workspace of its own repository and dist/ is missing or older than the sources.
// An installed package has its dist/ and no sources next door: then there is nothing to do.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const home = join(here, '..');
const packages = join(home, '..');
const stamp = join(home, 'dist', '.built');
const lock = join(home, '.building');

export async function ensureBuilt() {
  if (!existsSync(join(packages, 'base', 'src'))) return;
  // Another process may be building: wait for it rather than write the same files.
  for (let waited = 0; !current(); waited += 50) {
    if (claim()) {
      try {
        build();
      } finally {
        rmSync(lock, { force: true });
      }
      return;
    }
    if (waited > 60_000) throw new Error(`waited a minute for another build; remove ${lock} if there is none`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function current() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  return readdirSync(packages).every((name) => SOURCES.every((part) => newest(join(packages, name, part)) <= built));
}

/** What builds read: the bundle, and the words that scripts make for it. */
const SOURCES = ['src', 'scripts', 'facts'];

/** Looks at some two thousand files whenever a command starts, so it makes little of each. */
function newest(dir) {
  if (!existsSync(dir)) return 0;
  let latest = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name.endsWith('.test.ts')) continue;
    const path = `${dir}/${entry.name}`;
    const time = entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
    if (time > latest) latest = time;
  }
  return latest;
}

function claim() {
  try {
    writeFileSync(lock, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    // A build that was killed leaves its lock behind.
    if (!isAlive(Number(readIfThere(lock)))) rmSync(lock, { force: true });
    return false;
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

/** Whether this process is there; of one that has not written its number yet, it is. */
function isAlive(pid) {
  if (!(pid > 0)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function build() {
  const started = Date.now();
  // Words for `kubectl explain`, which the bundle loads when somebody asks.
  run([join(packages, 'api', 'scripts', 'build-descriptions.mjs')]);
  const vite = join(packages, '..', 'node_modules', 'vite', 'bin', 'vite.js');
  run([vite, 'build']);
  // Sources that changed while it was being built are newer than the stamp.
  writeFileSync(stamp, '');
  const when = new Date(started);
  utimesSync(stamp, when, when);
}

function run(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tabernetes could not be built:\n${stdout}${stderr}`);
}
