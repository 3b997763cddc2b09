import type { Process, Program } from '@tabernetes/node-api';
import { git } from './git.ts';
import { redisCli } from './redis/redis-cli.ts';

/** Where the programs lie that packages bring; installing a package puts links to them on the PATH. */
export const SHELF = '/usr/libexec/packages';

/** What each package brings. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  curl: ['curl'],
  jq: ['jq'],
  git: ['git'],
  fortune: ['fortune'],
  'fortune-mod': ['fortune'],
  redis: ['redis-cli'],
  'redis-tools': ['redis-cli'],
  'bind-tools': ['dig', 'host', 'nslookup'],
  dnsutils: ['dig', 'host', 'nslookup'],
  'bind9-dnsutils': ['dig', 'host', 'nslookup'],
  'bind-utils': ['dig', 'host', 'nslookup'],
};

/** Packages whose programs every image with a shell has already, or that bring nothing that can be called. */
const AT_HAND: ReadonlySet<string> = new Set([
  'bash',
  'busybox',
  'busybox-extras',
  'ca-certificates',
  'coreutils',
  'findutils',
  'grep',
  'gzip',
  'iproute2',
  'iputils',
  'iputils-ping',
  'less',
  'net-tools',
  'netcat',
  'netcat-openbsd',
  'openssl',
  'procps',
  'psmisc',
  'sed',
  'tar',
  'tzdata',
  'unzip',
  'util-linux',
  'vim',
  'wget',
  'which',
]);

/** Quotations out of a file in which lines of `%` part them. */
const fortune: Program = async (process) => {
  const file = process.argv.slice(1).find((word) => !word.startsWith('-'));
  if (file === undefined) {
    await process.stdout.write('Fortune favours the prepared.\n');
    return 0;
  }
  if (!process.fs.exists(file)) {
    await process.stderr.write('No fortunes found\n');
    return 1;
  }
  const quotes = process.fs
    .readText(file)
    .split(/^%\n/m)
    .filter((quote) => quote.trim() !== '');
  await process.stdout.write(quotes[process.rng.int(Math.max(1, quotes.length))] ?? '');
  return 0;
};

/** The programs of all packages, by name. */
export const packaged = (extra: Readonly<Record<string, Program>>): Readonly<Record<string, Program>> => ({
  ...extra,
  fortune,
  git,
  'redis-cli': redisCli,
});

/** apk of Alpine: add, update, del. */
export const apk: Program = async (process) => {
  const words = process.argv.slice(1).filter((word) => !word.startsWith('-'));
  const [verb, ...names] = words;
  const fetching = 'fetch https://dl-cdn.alpinelinux.org/alpine/v3.20/main/x86_64/APKINDEX.tar.gz\n';
  if (verb === 'update' || verb === 'upgrade') {
    await process.stdout.write(`${fetching}OK: 24163 distinct packages available\n`);
    return 0;
  }
  if (verb !== 'add') return 0;
  const unknown = names.filter((name) => !isKnown(name));
  if (unknown.length > 0) {
    await process.stderr.write(
      `ERROR: unable to select packages:\n${unknown.map((name) => `  ${name} (no such package):\n    required by: world[${name}]\n`).join('')}`,
    );
    return unknown.length;
  }
  await process.stdout.write(fetching);
  let at = 0;
  for (const name of names) {
    await process.stdout.write(`(${++at}/${names.length}) Installing ${name} (1.0.0-r0)\n`);
    install(process, name);
  }
  await process.stdout.write('OK: 12 MiB in 30 packages\n');
  return 0;
};

/** apt-get and apt of Debian: update, install. */
export const aptGet: Program = async (process) => {
  const words = process.argv.slice(1).filter((word) => !word.startsWith('-'));
  const [verb, ...names] = words;
  if (verb === 'update') {
    await process.stdout.write('Hit:1 http://deb.debian.org/debian bookworm InRelease\nReading package lists...\n');
    return 0;
  }
  if (verb !== 'install') return 0;
  await process.stdout.write('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
  for (const name of names) {
    if (!isKnown(name)) {
      await process.stderr.write(`E: Unable to locate package ${name}\n`);
      return 100;
    }
  }
  for (const name of names) {
    install(process, name);
    await process.stdout.write(`Setting up ${name} (1.0.0) ...\n`);
  }
  return 0;
};

const isKnown = (name: string): boolean => AT_HAND.has(name) || Object.hasOwn(PACKAGES, name);

function install(process: Process, name: string): void {
  for (const program of PACKAGES[name] ?? [])
    if (!process.fs.exists(`/usr/bin/${program}`)) process.fs.symlink(`${SHELF}/${program}`, `/usr/bin/${program}`);
}
