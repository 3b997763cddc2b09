import type { FileSystem } from '@tabernetes/node-api';
import { ConfigurationInvalid } from '../errors.ts';
import type { ClusterEntry, UserEntry } from './kubeconfig.ts';

/** The entries that a call uses, flags on top, and what they are called. */
export interface UsedEntries {
  readonly clusterName: string;
  readonly userName: string;
  readonly cluster: ClusterEntry | undefined;
  readonly user: UserEntry | undefined;
}

/** A file that an entry names: relative to the file that the entry stands in. */
export const pathNear = ({ origin }: { readonly origin: string }, path: string): string =>
  path.startsWith('/') ? path : `${origin.slice(0, origin.lastIndexOf('/') + 1)}${path}`;

/**
 * @throws {Error} with the one thing that is wrong, {@link ConfigurationInvalid} with several
 * @see k8s.io/client-go/tools/clientcmd/validation.go
 */
export function checkEntries(fs: FileSystem, { clusterName, userName, cluster, user }: UsedEntries): void {
  const problems = [
    ...(user === undefined ? [] : userProblems(fs, userName, user)),
    ...(cluster === undefined ? [] : clusterProblems(fs, clusterName, cluster)),
  ];
  const [only] = problems;
  if (only === undefined) return;
  if (problems.length > 1) throw new ConfigurationInvalid(problems.map((problem) => `\n* ${problem}`).join(''));
  throw new Error(only);
}

function userProblems(fs: FileSystem, name: string, user: UserEntry): readonly string[] {
  const problems: string[] = [];
  const methods = [
    ...(user.token || user.tokenFile ? ['token'] : []),
    ...(user.username || user.password ? ['basicAuth'] : []),
  ];
  const { 'client-certificate': certificate = '', 'client-key': key = '' } = user;
  const { 'client-certificate-data': certificateData, 'client-key-data': keyData } = user;
  if (certificate || certificateData) {
    if (certificate && certificateData) {
      problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`);
    }
    if (!key && !keyData) {
      problems.push(
        `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
      );
    }
    problems.push(...unreadable(fs, 'client-cert', certificateData ? '' : certificate, name, user));
    problems.push(...unreadable(fs, 'client-key', keyData ? '' : key, name, user));
  }
  if (methods.length > 1) {
    problems.push(
      `more than one authentication method found for ${name}; found [${methods.join(' ')}], only one is allowed`,
    );
  }
  const asks = (user['as-groups'] ?? []).length > 0 || user['as-uid'] || user['as-user-extra'] !== undefined;
  if (asks && !user.as) problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  return problems;
}

function clusterProblems(fs: FileSystem, name: string, cluster: ClusterEntry): readonly string[] {
  const { 'certificate-authority': file = '', 'certificate-authority-data': data = '' } = cluster;
  const problems = [...(cluster.server ? [] : [`no server found for cluster ${JSON.stringify(name)}`])];
  if (data === '') problems.push(...unreadable(fs, 'certificate-authority', file, name, cluster));
  if (problems.length === 0 && cluster['insecure-skip-tls-verify'] && (file || data)) {
    problems.push('specifying a root certificates file with the insecure flag is not allowed');
  }
  if (problems.length === 0 && data === '' && file !== '') {
    if (!fs.readText(pathNear(cluster, file)).includes('-----BEGIN CERTIFICATE-----')) {
      problems.push('unable to load root certificates: unable to parse bytes as PEM block');
    }
  }
  return problems;
}

function unreadable(
  fs: FileSystem,
  what: string,
  path: string,
  name: string,
  entry: { readonly origin: string },
): readonly string[] {
  if (path === '') return [];
  const full = pathNear(entry, path);
  if (fs.exists(full)) return [];
  return [`unable to read ${what} ${full} for ${name} due to open ${full}: no such file or directory`];
}
