import { encodeBase64, goQuote } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import type { ClusterEntry, ContextEntry } from '../../config/kubeconfig.ts';
import { absolute, save, withEntry, wrongArguments } from './edit-config.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_set-cluster/ */
export const setCluster: Command = {
  async run(context) {
    const { flags, args, config, out } = context;
    const [name] = args;
    if (name === undefined || args.length !== 1) return wrongArguments(context);
    if (name === '') throw new Error('you must specify a non-empty cluster name');
    const authority = flags.string('certificate-authority');
    if (flags.bool('insecure-skip-tls-verify') && authority !== '') {
      throw new Error('you cannot specify a certificate authority and insecure mode at the same time');
    }
    if (flags.bool('embed-certs')) {
      if (authority === '') throw new Error('you must specify a --certificate-authority to embed');
      requireFile(context, 'certificate-authority', authority);
    }
    const { clusters } = config.load();
    const entry: Record<string, unknown> = { ...clusters.get(name) };
    if (flags.changed('server')) {
      entry['server'] = flags.string('server');
      entry['tls-server-name'] = '';
    }
    if (flags.changed('tls-server-name')) entry['tls-server-name'] = flags.string('tls-server-name');
    // Not only when the flag is given: who changes a cluster without it turns the checks on again.
    entry['insecure-skip-tls-verify'] = flags.bool('insecure-skip-tls-verify');
    if (flags.bool('insecure-skip-tls-verify')) {
      entry['certificate-authority'] = '';
      entry['certificate-authority-data'] = '';
    }
    if (flags.changed('certificate-authority')) {
      if (flags.bool('embed-certs')) {
        entry['certificate-authority-data'] = embedded(context, authority);
        entry['certificate-authority'] = '';
        entry['insecure-skip-tls-verify'] = false;
      } else {
        entry['certificate-authority'] = absolute(context, authority);
        entry['certificate-authority-data'] = '';
        entry['insecure-skip-tls-verify'] = false;
      }
    }
    if (flags.changed('proxy-url')) entry['proxy-url'] = flags.string('proxy-url');
    const made: ClusterEntry = { origin: '', ...entry };
    save(context, { clusters: withEntry(clusters, name, made) });
    out.write(`Cluster ${goQuote(name)} set.\n`);
    return undefined;
  },
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_config/kubectl_config_set-context/ */
export const setContext: Command = {
  async run(context) {
    const { flags, args, config, out } = context;
    if (args.length > 1) return wrongArguments(context);
    const isCurrent = flags.bool('current');
    const [given = ''] = args;
    if (given === '' && !isCurrent) throw new Error('you must specify a non-empty context name or --current');
    if (given !== '' && isCurrent) throw new Error('you cannot specify both a context name and --current');
    const { contexts, currentContext } = config.load();
    if (isCurrent && currentContext === '') throw new Error('no current context is set');
    const name = isCurrent ? currentContext : given;
    const before = contexts.get(name);
    const entry: ContextEntry = {
      origin: '',
      cluster: '',
      user: '',
      ...before,
      ...(flags.changed('cluster') && { cluster: flags.string('cluster') }),
      ...(flags.changed('user') && { user: flags.string('user') }),
      ...(flags.changed('namespace') && { namespace: flags.string('namespace') }),
    };
    save(context, { contexts: withEntry(contexts, name, entry) });
    out.write(`Context ${goQuote(name)} ${before === undefined ? 'created' : 'modified'}.\n`);
    return undefined;
  },
};

/** @throws {Error} with kubectl's text */
export function requireFile({ process }: CommandContext, flag: string, path: string): void {
  if (process.fs.exists(path)) return;
  throw new Error(`could not stat ${flag} file ${path}: stat ${path}: no such file or directory`);
}

/** A file's bytes in base64. */
export const embedded = ({ process }: CommandContext, path: string): string => encodeBase64(process.fs.readFile(path));
