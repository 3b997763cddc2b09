import type { Api } from './api.ts';
import { messageOf } from './errors.ts';
import { CLIENT_VERSION, type VersionInfo } from './version.ts';

/**
 * `--match-server-version`: the server must be of kubectl's own version. Builds of the same version are the same here.
 *
 * @throws {Error} when it is not, or does not tell
 * @see k8s.io/client-go/discovery/helper.go MatchesServerVersion
 */
export async function requireSameVersion(api: Api): Promise<void> {
  let server: VersionInfo;
  try {
    server = await api.object<VersionInfo>('GET', '/version', { query: { timeout: '32s' } });
  } catch (error) {
    throw new Error(`couldn't read version from server: ${messageOf(error)}`);
  }
  if (server.gitVersion === CLIENT_VERSION.gitVersion) return;
  throw new Error(`server version (&${dump(server)}) differs from client version (${dump(CLIENT_VERSION)})`);
}

/** Go's `%#v`. */
function dump(info: VersionInfo): string {
  const names = Object.keys(CLIENT_VERSION) as (keyof VersionInfo)[];
  const fields = names.map(
    (name) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}:${JSON.stringify(info[name] ?? '')}`,
  );
  return `version.Info{${fields.join(', ')}}`;
}
