import { type ImageReference, PullError } from './image-spec.ts';

/**
 * What a registry answers to a pull of what it does not have, and what containerd says where there is no registry.
 * Undefined: it has it. Nobody keeps a list of all images, so what is missing is told by its name:
 *
 * - repositories and tags that people write where their own belongs, or to show what happens;
 * - of official images, which nobody else can push to, also words that tell that something is amiss;
 * - digests of one digit alone, which no content has;
 * - versions beyond the newest of images that everybody knows;
 * - registries on the node itself, which listen on port 5000 alone;
 * - hosts below `.invalid`, of which RFC 6761 says that they do not exist.
 */
export function registryRefusal(reference: ImageReference): PullError | undefined {
  const { canonical, registry, repository, tag, digest } = reference;
  const resolve = `failed to resolve reference "${canonical}": `;
  const { name, port } = hostOf(registry);
  const request = (scheme: string): string =>
    `${resolve}failed to do request: Head "${scheme}://${registry}/v2/${repository}/manifests/${digest ?? tag}": `;
  if (LOOPBACK.test(name) && port !== '5000') {
    const address = `${name === 'localhost' ? '127.0.0.1' : name}:${port ?? '80'}`;
    return new PullError('Unknown', `${request('http')}dial tcp ${address}: connect: connection refused`);
  }
  if (name.endsWith('.invalid')) return unreachableRegistry(reference);
  if (PLACEHOLDER.test(repository.replace(/^library\//, ''))) {
    const denied = 'pull access denied, repository does not exist or may require authorization: server message: ';
    return new PullError(
      'NotFound',
      registry === 'docker.io'
        ? `${resolve}${denied}insufficient_scope: authorization failed`
        : `${resolve}${canonical}: not found`,
    );
  }
  const isOfficial = registry === 'docker.io' && repository.startsWith('library/');
  const missing =
    digest === undefined
      ? tag !== undefined &&
        (MISSING_TAG.test(tag) || (isOfficial && (AMISS.test(tag) || beyondNewest(repository, tag))))
      : /:(.)\1+$/.test(digest);
  return missing ? new PullError('NotFound', `${resolve}${canonical}: not found`) : undefined;
}

/** What containerd says of a registry whose host nobody can tell the address of. */
export function unreachableRegistry({ canonical, registry, repository, tag, digest }: ImageReference): PullError {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const url = `https://${host}/v2/${repository}/manifests/${digest ?? tag}`;
  const failed = `failed to resolve reference "${canonical}": failed to do request: Head "${url}": `;
  const asked = `dial tcp: lookup ${hostOf(host).name} on ${NAME_SERVER}:53: `;
  return new PullError('Unknown', `${failed}${asked}read udp ${NODE}->${NAME_SERVER}:53: i/o timeout`, LOOKUP_MS);
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** Two tries of five seconds, for the name as it stands and below the node's own domain. */
const LOOKUP_MS = 20_000;
const NAME_SERVER = '172.18.0.1';
const NODE = '172.18.0.2:49152';

/** Repositories that hold no image that anybody can pull: names that people put where their own image belongs. */
const PLACEHOLDER =
  /^(?:me|username|your[-\w]*|my[-\w]*private[-\w]*|non-existing-repo)\/|nosuch|no-such|does-not-exist|non-?exist(?:ent|ing)|fake-image|my-private-image/;
const MISSING_TAG = /nosuch|no-such|does-not-exist|non-?exist(?:ent|ing)|^(?:bad|404)$/;
/** No tag of an official image; elsewhere it may well be the name that somebody has given to a version of his own. */
const AMISS =
  /^(?:v?[\d.]+-?)?(?:(?:bad|bogus|broken|fake|invalid|missing|unknown|wrong)(?:[-_]?(?:image|tag|version))?|asdf|crash|error|fail(?:s|ed|ing|ure)?|foo(?:bar)?|garbage|nonsense|nope|nothing|nowhere|oops|typo|xyz|(?:i[-_]?)?do(?:es)?[-_]?no?t[-_]?exists?|not?[-_]?(?:exist(?:s|ing)?|found|here|real|there|valid)|lates|lastest|latets|latestt|letest)$/i;

/** The highest minor version of the major version 1 that there is, with room for some years. */
const NEWEST_MINOR: Readonly<Record<string, number>> = { 'library/nginx': 40, 'library/busybox': 45 };

function beyondNewest(repository: string, tag: string): boolean {
  const newest = NEWEST_MINOR[repository];
  const minor = /^1\.(\d+)(?![\w])/.exec(tag)?.[1];
  return newest !== undefined && minor !== undefined && Number(minor) > newest;
}

function hostOf(registry: string): { readonly name: string; readonly port: string | undefined } {
  const [, name = registry, port] = /^(.*?)(?::(\d+))?$/.exec(registry) ?? [];
  return { name, port };
}
