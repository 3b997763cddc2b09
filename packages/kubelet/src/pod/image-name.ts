/**
 * The image's name with a tag or digest: `nginx` is `nginx:latest`.
 *
 * @throws {Error} with the words that InspectFailed events end in
 * @see https://github.com/distribution/reference/blob/v0.6.0/normalize.go
 */
export function taggedImageName(image: string): string {
  const refused = (why: string): Error => new Error(`couldn't parse image name ${JSON.stringify(image)}: ${why}`);
  if (/^[a-f0-9]{64}$/.test(image)) {
    throw refused(`invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`);
  }
  const { domain, remainder } = splitDomain(image);
  const repository = remainder.split(':')[0] ?? '';
  if (repository.toLowerCase() !== repository) {
    throw refused(`invalid reference format: repository name (${repository.split('@')[0]}) must be lowercase`);
  }
  const match = REFERENCE.exec(`${domain}/${remainder}`);
  if (match === null) throw refused('invalid reference format');
  if ((match[1]?.length ?? 0) > MAX_NAME) throw refused(`repository name must not be more than ${MAX_NAME} characters`);
  const [, , tag, digest] = match;
  if (digest !== undefined && !/^sha256:[a-f0-9]{64}$|^sha512:[a-f0-9]{128}$/.test(digest)) {
    throw refused(/^sha(256|512):/.test(digest) ? 'invalid checksum digest length' : 'unsupported digest algorithm');
  }
  return tag === undefined && digest === undefined ? `${image}:latest` : image;
}

/** `docker.io/library/nginx:1.27`: the name in full. The name must be one that {@link taggedImageName} has taken. */
export function fullImageName(image: string): string {
  const { domain, remainder } = splitDomain(image);
  return `${domain}/${remainder}`;
}

function splitDomain(image: string): { readonly domain: string; readonly remainder: string } {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hasDomain = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  const domain = hasDomain ? first : 'docker.io';
  const rest = hasDomain ? image.slice(slash + 1) : image;
  if (domain !== 'docker.io' && domain !== 'index.docker.io') return { domain, remainder: rest };
  return { domain: 'docker.io', remainder: rest.includes('/') ? rest : `library/${rest}` };
}

const MAX_NAME = 255;
const DOMAIN = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const PATH = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^((?:${DOMAIN}(?:\\.${DOMAIN})*(?::[0-9]+)?/)?${PATH}(?:/${PATH})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);
