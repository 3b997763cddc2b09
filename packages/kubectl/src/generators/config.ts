import { keyPairProblem } from '@tabernetes/api';
import { encodeBase64 } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import { configMapHash, secretHash } from './content-hash.ts';
import { type Generator, objectOf } from './generate.ts';
import { configMapEntries, readSources, type Sources, secretEntries } from './key-values.ts';

const sourcesOf = ({ flags }: CommandContext): Sources => ({
  literals: flags.strings('from-literal'),
  files: flags.strings('from-file'),
  envFiles: flags.strings('from-env-file'),
});

function checkSources(context: CommandContext, name: string): void {
  if (name === '') throw new Error('name must be specified');
  const { literals, files, envFiles } = sourcesOf(context);
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0)) {
    throw new Error('from-env-file cannot be combined with from-file or from-literal');
  }
}

/** `kubectl create configmap` */
export const configMap: Generator = {
  failure: 'failed to create configmap: ',
  check: checkSources,
  make(context, name) {
    const { fs, env } = context.process;
    const entries = configMapEntries(name);
    readSources(fs, env, sourcesOf(context), entries, { what: 'config', literalsFirst: false });
    const { data, binaryData } = entries;
    const suffix = context.flags.bool('append-hash') ? `-${configMapHash(name, data, binaryData)}` : '';
    return objectOf('v1', 'ConfigMap', { name: `${name}${suffix}` }, { data, binaryData });
  },
};

/** `kubectl create secret generic` */
export const genericSecret: Generator = {
  failure: 'failed to create secret ',
  check: checkSources,
  make(context, name) {
    const { fs, env } = context.process;
    const entries = secretEntries();
    readSources(fs, env, sourcesOf(context), entries, { what: 'secret', literalsFirst: true });
    return secretOf(context, name, context.flags.string('type'), entries.data);
  },
};

function secretOf(context: CommandContext, name: string, type: string, data: Readonly<Record<string, string>>) {
  const suffix = context.flags.bool('append-hash') ? `-${secretHash(name, type, data)}` : '';
  return objectOf('v1', 'Secret', { name: `${name}${suffix}` }, { data, ...(type !== '' && { type }) });
}

const DOCKER_KEY = '.dockerconfigjson';

/** `kubectl create secret docker-registry` */
export const dockerSecret: Generator = {
  failure: 'failed to create secret ',
  check({ flags }, name) {
    if (name === '') throw new Error('name must be specified');
    const isLacking = ['docker-username', 'docker-password', 'docker-server'].some((flag) => flags.string(flag) === '');
    if (flags.strings('from-file').length === 0 && isLacking) {
      throw new Error(
        'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
      );
    }
  },
  make(context, name) {
    const { flags, process } = context;
    const entries = secretEntries();
    const files = flags.strings('from-file').map((file) => (file.includes('=') ? file : `${DOCKER_KEY}=${file}`));
    if (files.length > 0) {
      const sources = { files, literals: [], envFiles: [] };
      readSources(process.fs, process.env, sources, entries, { what: 'secret', literalsFirst: true });
    } else {
      const username = flags.string('docker-username');
      const password = flags.string('docker-password');
      const email = flags.string('docker-email');
      const auth = encodeBase64(new TextEncoder().encode(`${username}:${password}`));
      const entry = { username, password, ...(email !== '' && { email }), auth };
      entries.add(DOCKER_KEY, JSON.stringify({ auths: { [flags.string('docker-server')]: entry } }));
    }
    return secretOf(context, name, 'kubernetes.io/dockerconfigjson', entries.data);
  },
};

/** `kubectl create secret tls` */
export const tlsSecret: Generator = {
  failure: 'failed to create secret ',
  check({ flags }) {
    if (flags.string('key') === '' || flags.string('cert') === '') throw new Error('key and cert must be specified');
  },
  make(context, name) {
    const { flags, process } = context;
    const read = (path: string): string => {
      if (!process.fs.exists(path)) {
        throw new Error(`Cannot read file ${path}, open ${path}: no such file or directory`);
      }
      return process.fs.readText(path);
    };
    const cert = read(flags.string('cert'));
    const key = read(flags.string('key'));
    const problem = keyPairProblem(cert, key);
    if (problem !== undefined) throw new Error(problem);
    const entries = secretEntries();
    entries.add('tls.crt', cert);
    entries.add('tls.key', key);
    return secretOf(context, name, 'kubernetes.io/tls', entries.data);
  },
};
