import type { Pod } from '@tabernetes/api/types/core-v1';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { isList } from '../../resources/info.ts';
import { typedObjectPrinter } from '../../writing/print.ts';
import { inNamespacePath } from '../describe/describer.ts';

/** What is dumped of each namespace, and the file's name. */
const PARTS = [
  ['events', 'events', '/api/v1'],
  ['replicationcontrollers', 'replication-controllers', '/api/v1'],
  ['services', 'services', '/api/v1'],
  ['daemonsets', 'daemonsets', '/apis/apps/v1'],
  ['deployments', 'deployments', '/apis/apps/v1'],
  ['replicasets', 'replicasets', '/apis/apps/v1'],
  ['pods', 'pods', '/api/v1'],
] as const;

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_cluster-info/kubectl_cluster-info_dump/ */
export const dump: Command = {
  async run(context) {
    const { flags, process, out, api } = context;
    const printer = typedObjectPrinter(flags, process.fs);
    const format = flags.string('output');
    if (format === 'name') throw new Error('list types are not supported by name printing: *v1.NodeList');
    const extension = format === 'json' || format === 'yaml' ? `.${format}` : '.txt';
    const directory = flags.string('output-directory');
    const isStdout = directory === '' || directory === '-';
    const write = (file: string, text: string): void => {
      if (isStdout) out.write(text);
      else {
        const path = `${directory.replace(/\/$/, '')}/${file}`;
        process.fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
        process.fs.writeFile(path, text);
      }
    };
    const print = async (path: string, file: string): Promise<readonly Pod[]> => {
      const list = await api().object('GET', path);
      let text = '';
      printer.print(list, (part) => {
        text += part;
      });
      write(`${file}${extension}`, text);
      await out.flush();
      return isList(list) ? (list.items as readonly unknown[] as readonly Pod[]) : [];
    };

    await print('/api/v1/nodes', 'nodes');
    for (const namespace of await namespacesOf(context)) {
      let pods: readonly Pod[] = [];
      for (const [resource, file, root] of PARTS) {
        pods = await print(inNamespacePath(namespace, resource, root), `${namespace}/${file}`);
      }
      for (const pod of pods) {
        write(`${namespace}/${pod.metadata.name ?? ''}/logs.txt`, await logsOf(context, pod));
      }
    }
    if (!isStdout) out.write(`Cluster info dumped to ${directory}\n`);
    return undefined;
  },
};

async function namespacesOf({ flags, api, namespace }: CommandContext): Promise<readonly string[]> {
  if (flags.bool('all-namespaces')) {
    const list = await api().object('GET', '/api/v1/namespaces');
    return isList(list) ? list.items.map(({ metadata }) => metadata.name ?? '') : [];
  }
  const named = flags.strings('namespaces');
  return named.length > 0 ? named : ['kube-system', namespace().name];
}

async function logsOf({ api }: CommandContext, { metadata, spec }: Pod): Promise<string> {
  const { name = '', namespace = '' } = metadata;
  let text = '';
  for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    const what = `logs for container ${container.name} of pod ${namespace}/${name} ====\n`;
    text += `==== START ${what}`;
    try {
      const path = `${inNamespacePath(namespace, 'pods')}/${encodeURIComponent(name)}/log`;
      text += await api().text('GET', path, { query: { container: container.name } });
    } catch (error) {
      text += `Request log error: ${messageOf(error)}\n`;
    }
    text += `==== END ${what}`;
  }
  return text;
}
