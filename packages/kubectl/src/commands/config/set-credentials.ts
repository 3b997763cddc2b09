import { goQuote } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import type { UserEntry } from '../../config/kubeconfig.ts';
import { absolute, save, withEntry } from './edit-config.ts';
import { embedded, requireFile } from './set-entries.ts';

const INTERACTIVE = ['IfAvailable', 'Always', 'Never'];

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_set-credentials/ */
export const setCredentials: Command = {
  async run(context) {
    const { config, out, run, path } = context;
    let asked: ReturnType<typeof argumentsOf>;
    try {
      asked = argumentsOf(context);
    } catch (error) {
      await run([...path.split(' '), '--help']);
      throw error;
    }
    const { name, providerArgs, execEnv } = asked;
    check(context, name);
    const { users } = config.load();
    const entry: Record<string, unknown> = { ...users.get(name) };
    file(context, entry, 'client-certificate');
    file(context, entry, 'client-key');
    secrets(context, entry);
    provider(context, entry, providerArgs);
    exec(context, entry, execEnv);
    const made: UserEntry = { origin: '', ...entry };
    save(context, { users: withEntry(users, name, made) });
    out.write(`User ${goQuote(name)} set.\n`);
    return undefined;
  },
};

/** @throws {Error} with kubectl's text, which comes behind the command's help */
function argumentsOf({ flags, args }: CommandContext): {
  readonly name: string;
  readonly providerArgs: Pairs;
  readonly execEnv: Pairs;
} {
  const [name] = args;
  if (name === undefined || args.length !== 1) throw new Error(`unexpected args: [${args.join(' ')}]`);
  return {
    name,
    providerArgs: readPairs('auth-provider-arg', flags.strings('auth-provider-arg')),
    execEnv: readPairs('exec-env', flags.strings('exec-env')),
  };
}

function check(context: CommandContext, name: string): void {
  const { flags } = context;
  if (name === '') throw new Error('you must specify a non-empty user name');
  if (flags.string('token') !== '' && (flags.string('username') !== '' || flags.string('password') !== '')) {
    throw new Error(
      'you cannot specify more than one authentication method at the same time: --token, --username/--password',
    );
  }
  if (flags.bool('embed-certs')) {
    const [certificate, key] = [flags.string('client-certificate'), flags.string('client-key')];
    if (certificate === '' && key === '') {
      throw new Error('you must specify a --client-certificate or --client-key to embed');
    }
    if (certificate !== '') requireFile(context, 'client-certificate', certificate);
    if (key !== '') requireFile(context, 'client-key', key);
  }
  if (flags.changed('exec-interactive-mode') && !INTERACTIVE.includes(flags.string('exec-interactive-mode'))) {
    throw new Error('invalid interactive mode type, can be only IfAvailable, Never, Always');
  }
}

function file(context: CommandContext, entry: Record<string, unknown>, flag: string): void {
  const { flags } = context;
  if (!flags.changed(flag)) return;
  const path = flags.string(flag);
  if (flags.bool('embed-certs')) {
    entry[`${flag}-data`] = path === '' ? '' : embedded(context, path);
    entry[flag] = '';
  } else {
    entry[flag] = absolute(context, path);
    entry[`${flag}-data`] = '';
  }
}

/** A token takes the place of name and password, and the other way round. */
function secrets({ flags }: CommandContext, entry: Record<string, unknown>): void {
  for (const flag of ['token', 'username', 'password']) if (flags.changed(flag)) entry[flag] = flags.string(flag);
  const hasToken = flags.string('token') !== '';
  const hasBasic = flags.string('username') !== '' || flags.string('password') !== '';
  if (hasBasic && !hasToken) entry['token'] = '';
  if (hasToken && !hasBasic) {
    entry['username'] = '';
    entry['password'] = '';
  }
}

interface Pairs {
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

/** `key=value` and `key-`. @throws {Error} with kubectl's text */
function readPairs(flag: string, list: readonly string[]): Pairs {
  const set: Record<string, string> = {};
  const removed: string[] = [];
  const invalid: string[] = [];
  for (const text of list) {
    const equals = text.indexOf('=');
    if (equals > 0) set[text.slice(0, equals)] = text.slice(equals + 1);
    else if (text.endsWith('-') && text.length > 1) removed.push(text.slice(0, -1));
    else invalid.push(text);
  }
  if (invalid.length > 0) throw new Error(`invalid ${flag} format: ${invalid.join(', ')}`);
  return { set, removed };
}

function provider({ flags }: CommandContext, entry: Record<string, unknown>, { set, removed }: Pairs): void {
  let before = entry['auth-provider'] as
    | { readonly name: string; readonly config?: Record<string, string> }
    | undefined;
  if (flags.changed('auth-provider') && before?.name !== flags.string('auth-provider')) {
    before = { name: flags.string('auth-provider') };
  }
  if (before === undefined) return;
  const kept = Object.entries(before.config ?? {}).filter(([key]) => !removed.includes(key));
  entry['auth-provider'] = { name: before.name, config: { ...Object.fromEntries(kept), ...set } };
}

interface Exec {
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
}

function exec({ flags }: CommandContext, entry: Record<string, unknown>, { set, removed }: Pairs): void {
  let now = entry['exec'] as (Exec & Record<string, unknown>) | undefined;
  if (flags.changed('exec-command')) {
    now = {
      env: null,
      provideClusterInfo: false,
      ...now,
      command: flags.string('exec-command'),
      args: null,
    };
  }
  if (now === undefined) return;
  const env = (now.env ?? [])
    .filter(({ name }) => !removed.includes(name))
    .map((each) => ({ ...each, value: set[each.name] ?? each.value }));
  const known = new Set(env.map(({ name }) => name));
  const added = Object.entries(set)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => ({ name, value }));
  const args = flags.strings('exec-arg');
  const version = flags.string('exec-api-version') || String(now['apiVersion'] ?? '');
  entry['exec'] = {
    ...now,
    // What the versions before v1 take it to be.
    ...(/v1(?:alpha|beta)1$/.test(version) &&
      now['interactiveMode'] === undefined && { interactiveMode: 'IfAvailable' }),
    ...(flags.changed('exec-api-version') && { apiVersion: version }),
    ...(args.length > 0 && { args }),
    ...(flags.changed('exec-interactive-mode') && { interactiveMode: flags.string('exec-interactive-mode') }),
    ...(flags.changed('exec-provide-cluster-info') && { provideClusterInfo: flags.bool('exec-provide-cluster-info') }),
    env: env.length + added.length > 0 ? [...env, ...added] : null,
  };
}
