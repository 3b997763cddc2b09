import { encodeBase64 } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import type { Kubeconfig } from '../../config/kubeconfig.ts';
import { kubeconfigObject } from '../../config/write-kubeconfig.ts';
import { usageError } from '../../errors.ts';
import { objectPrinter } from '../../printers/object-printer.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_view/ */
export const view: Command = {
  async run(context) {
    const { flags, args, path, config, process, out } = context;
    if (args.length > 0) throw usageError(path, `unexpected arguments: [${args.join(' ')}]`);
    const printer = objectPrinter(flags, process.fs);
    if (flags.changed('merge') && !flags.bool('merge') && !config.explicit) {
      throw new Error('if merge==false a precise file must be specified');
    }
    let shown = config.load();
    if (flags.bool('minify')) shown = minified(shown, flags.string('context'));
    if (flags.bool('flatten')) shown = flattened(context, shown);
    else if (!flags.bool('raw')) shown = redacted(shown);
    const object = inOrder(kubeconfigObject(shown));
    if (flags.string('output') === 'json') out.write(`${JSON.stringify(object, undefined, 4)}\n`);
    else printer.print(object, (text) => out.write(text));
    return undefined;
  },
};

/** Only what the current context uses. @throws {Error} when there is none */
function minified(config: Kubeconfig, asked: string): Kubeconfig {
  const name = asked === '' ? config.currentContext : asked;
  if (name === '') throw new Error('current-context must exist in order to minify');
  const context = config.contexts.get(name);
  if (context === undefined) throw new Error(`cannot locate context ${name}`);
  const only = <T>(map: ReadonlyMap<string, T>, key: string | undefined, what: string): ReadonlyMap<string, T> => {
    if (!key) return new Map();
    const entry = map.get(key);
    if (entry === undefined) throw new Error(`cannot locate ${what} ${key}`);
    return new Map([[key, entry]]);
  };
  return {
    ...config,
    currentContext: name,
    contexts: new Map([[name, context]]),
    clusters: only(config.clusters, context.cluster, 'cluster'),
    users: only(config.users, context.user, 'user'),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function mapped<T>(map: ReadonlyMap<string, T>, change: (entry: Fields) => Fields): ReadonlyMap<string, T> {
  return new Map([...map].map(([name, entry]) => [name, change(entry as Fields) as T]));
}

const REDACTED = ['token', 'password'];
const OMITTED = ['certificate-authority-data', 'client-certificate-data', 'client-key-data'];

/** Secrets and certificates are only hinted at. */
function redacted(config: Kubeconfig): Kubeconfig {
  const hide = (entry: Fields): Fields => {
    const hidden: Record<string, unknown> = { ...entry };
    for (const field of REDACTED) if (hidden[field]) hidden[field] = 'REDACTED';
    for (const field of OMITTED) if (hidden[field]) hidden[field] = 'DATA+OMITTED';
    return hidden;
  };
  return { ...config, clusters: mapped(config.clusters, hide), users: mapped(config.users, hide) };
}

const FILES = ['certificate-authority', 'client-certificate', 'client-key'];

/** Files are taken in, so that the kubeconfig stands alone. */
function flattened({ process }: CommandContext, config: Kubeconfig): Kubeconfig {
  const take = (entry: Fields): Fields => {
    const whole: Record<string, unknown> = { ...entry };
    for (const field of FILES) {
      const path = whole[field];
      if (typeof path !== 'string' || path === '') continue;
      const origin = String(entry['origin'] ?? '');
      const from = path.startsWith('/') ? path : `${origin.slice(0, origin.lastIndexOf('/') + 1)}${path}`;
      if (!whole[`${field}-data`]) whole[`${field}-data`] = encodeBase64(process.fs.readFile(from));
      whole[field] = '';
    }
    return whole;
  };
  return { ...config, clusters: mapped(config.clusters, take), users: mapped(config.users, take) };
}

/** As Go's structures are declared: JSON is printed in this order, YAML sorted. */
const ORDER = [
  'command',
  'args',
  'env',
  'kind',
  'apiVersion',
  'preferences',
  'colors',
  'name',
  'clusters',
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'certificate-authority-data',
  'proxy-url',
  'disable-compression',
  'users',
  'contexts',
  'current-context',
  'cluster',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
  'username',
  'password',
  'user',
  'namespace',
  'context',
];

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const rank = (key: string): number => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  const keys = Object.keys(value).sort((a, b) => rank(a) - rank(b));
  return Object.fromEntries(keys.map((key) => [key, inOrder((value as Fields)[key])]));
}
