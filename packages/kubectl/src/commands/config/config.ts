import { goQuote } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate, usageError } from '../../errors.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { fileOf, save, withEntry, withoutEntry, wrongArguments } from './edit-config.ts';
import { setCredentials } from './set-credentials.ts';
import { setCluster, setContext } from './set-entries.ts';
import { setProperty, unsetProperty } from './set-property.ts';
import { view } from './view.ts';

const currentContext: Command = {
  async run({ config, out }) {
    const { currentContext: name } = config.load();
    if (name === '') throw new Error('current-context is not set');
    out.write(`${name}\n`);
    return undefined;
  },
};

const useContext: Command = {
  async run(context) {
    const { args, config, out } = context;
    const [name] = args;
    if (name === undefined || args.length !== 1) return wrongArguments(context);
    const { contexts } = config.load();
    if (name === '') throw new Error('empty context names are not allowed');
    if (!contexts.has(name)) throw new Error(`no context exists with the name: ${goQuote(name)}`);
    save(context, { currentContext: name });
    out.write(`Switched to context ${goQuote(name)}.\n`);
    return undefined;
  },
};

const getContexts: Command = {
  async run({ flags, args, config, out }) {
    const output = flags.string('output');
    if (output !== '' && output !== 'name') {
      throw new Error(
        `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
      );
    }
    const { contexts, currentContext: current } = config.load();
    const errors = args.filter((name) => !contexts.has(name)).map((name) => new Error(`context ${name} not found`));
    const names = (args.length === 0 ? [...contexts.keys()] : args.filter((name) => contexts.has(name))).toSorted();
    const to = new TabWriter((text) => out.write(text));
    if (output === '' && !flags.bool('no-headers')) to.line(['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']);
    for (const name of names) {
      const { cluster = '', user = '', namespace = '' } = contexts.get(name) ?? {};
      to.line(output === 'name' ? [name] : [name === current ? '*' : ' ', name, cluster, user, namespace]);
    }
    to.flush();
    if (errors.length > 0) throw new Aggregate(errors);
    return undefined;
  },
};

const getNames = (section: 'clusters' | 'users'): Command => ({
  async run({ config, out }) {
    out.write('NAME\n');
    for (const name of [...config.load()[section].keys()].sort()) out.write(`${name}\n`);
    return undefined;
  },
});

const deleteCluster: Command = {
  run: (context) =>
    remove(context, 'cluster', context.config.load().clusters, (clusters) => save(context, { clusters })),
};

const deleteContext: Command = {
  async run(context) {
    const { contexts, currentContext: current } = context.config.load();
    const [name] = context.args;
    return remove(context, 'context', contexts, (rest) => {
      if (name === current) {
        context.err.write(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
        );
      }
      save(context, { contexts: rest });
    });
  },
};

const deleteUser: Command = {
  async run(context) {
    if (context.args.length !== 1) throw usageError(context.path, 'user to delete is required');
    return remove(context, 'user', context.config.load().users, (users) => save(context, { users }));
  },
};

async function remove<T extends Parameters<typeof withEntry>[2]>(
  context: CommandContext,
  what: string,
  entries: ReadonlyMap<string, T>,
  write: (rest: ReadonlyMap<string, T>) => void,
): Promise<undefined> {
  const { args, out, run, path } = context;
  const [name] = args;
  if (name === undefined || args.length !== 1) {
    await run([...path.split(' '), '--help']);
    return undefined;
  }
  const file = fileOf(context);
  if (!entries.has(name)) throw new Error(`cannot delete ${what} ${name}, not in ${file}`);
  write(withoutEntry(entries, name));
  out.write(`deleted ${what} ${name} from ${file}\n`);
  return undefined;
}

const renameContext: Command = {
  async run(context) {
    const { args, config, out } = context;
    const [from, to] = args;
    if (from === undefined || to === undefined || args.length !== 2) return wrongArguments(context);
    if (to === '') throw new Error('You must specify a new non-empty context name');
    const { contexts, currentContext: current } = config.load();
    const entry = contexts.get(from);
    const file = fileOf(context);
    if (entry === undefined) throw new Error(`cannot rename the context ${goQuote(from)}, it's not in ${file}`);
    if (contexts.has(to)) {
      throw new Error(
        `cannot rename the context ${goQuote(from)}, the context ${goQuote(to)} already exists in ${file}`,
      );
    }
    const renamed = withEntry(withoutEntry(contexts, from), to, entry);
    save(context, { contexts: renamed, ...(current === from && { currentContext: to }) });
    out.write(`Context ${goQuote(from)} renamed to ${goQuote(to)}.\n`);
    return undefined;
  },
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/ */
export const commands: Readonly<Record<string, Command>> = {
  'config current-context': currentContext,
  'config delete-cluster': deleteCluster,
  'config delete-context': deleteContext,
  'config delete-user': deleteUser,
  'config get-clusters': getNames('clusters'),
  'config get-contexts': getContexts,
  'config get-users': getNames('users'),
  'config rename-context': renameContext,
  'config set': setProperty,
  'config set-cluster': setCluster,
  'config set-context': setContext,
  'config set-credentials': setCredentials,
  'config unset': unsetProperty,
  'config use-context': useContext,
  'config view': view,
};
