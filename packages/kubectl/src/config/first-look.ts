import { ConfigurationInvalid, messageOf } from '../errors.ts';
import type { FlagSet } from '../flags/flag-set.ts';
import type { ConfigAccess } from './client-config.ts';

/** Commands that have nothing to do with a server. */
const WITHOUT_SERVER = ['completion', 'config', 'kustomize', 'plugin'];

/**
 * Commands that ask for server and user before they ask for the namespace, as upstream: what is wrong with a configuration is then told in
 * other words.
 */
const SERVER_FIRST = new Set([
  'api-resources',
  'api-versions',
  'apply',
  'auth can-i',
  'auth whoami',
  'autoscale',
  'certificate',
  'cluster-info',
  'cordon',
  'create',
  'diff',
  'drain',
  'explain',
  'expose',
  'proxy',
  'replace',
  'run',
  'set env',
  'top node',
  'uncordon',
  'version',
  'wait',
]);

/** Of these the ones below go their own way. */
const NAMESPACE_FIRST = new Set([
  'create token',
  'apply edit-last-applied',
  'apply set-last-applied',
  'apply view-last-applied',
]);

export function asksServer(path: string, flags: FlagSet): boolean {
  const [first = ''] = path.split(' ');
  return !WITHOUT_SERVER.includes(first) && !(path === 'version' && flags.bool('client'));
}

/** Looks at the configuration as the command at `path` does first. @throws {Error} saying what is wrong with it */
export function firstLook(config: ConfigAccess, path: string, flags: FlagSet): void {
  const [first = ''] = path.split(' ');
  const isServer = SERVER_FIRST.has(path) || (SERVER_FIRST.has(first) && !NAMESPACE_FIRST.has(path));
  if (path === 'set selector' && !flags.bool('local')) lookAtBoth(config);
  else if (isServer || (path === 'get' && flags.string('raw') !== '')) config.client();
  else config.namespace();
}

/** `set selector` tells of what it could not ask the server and of the namespace together. */
function lookAtBoth(config: ConfigAccess): void {
  const problems = [() => config.client(), () => config.namespace()].flatMap((look) => {
    try {
      look();
      return [];
    } catch (error) {
      return [error];
    }
  });
  const [first, second] = problems.map(messageOf);
  if (first === undefined) return;
  if (second === undefined || second === first) throw problems[0];
  throw new ConfigurationInvalid(`\n* ${first}\n* ${second}\n`);
}
