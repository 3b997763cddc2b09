/**
 * Reads an image reference as far as defaulting needs it: which tag does it name?
 *
 *   [domain/]path[:tag][@digest]
 *
 * @see https://github.com/distribution/reference/blob/main/reference.go
 */
const COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${COMPONENT}(?:\\.${COMPONENT})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const PATH = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^((?:${DOMAIN}/)?${PATH}(?:/${PATH})*)(?::([\\w][\\w.-]{0,127}))?(?:@(${DIGEST}))?$`);
const IMAGE_ID = /^[a-f0-9]{64}$/;

/** What Docker Hub's short names stand for. */
const DEFAULT_DOMAIN = 'docker.io';
const MAX_NAME_LENGTH = 255;
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** The default of `imagePullPolicy`: Always for `latest` (named or meant), IfNotPresent for all else, even nonsense. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  return imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent';
}

/** Few images are in many Pods. Two generations, so that the cache is bounded: what is not asked for is forgotten. */
const TAGS_KEPT = 512;
const tags = { young: new Map<string, string>(), old: new Map<string, string>() };

/** The tag, `latest` when neither tag nor digest is given, and empty when there is a digest alone or the reference is malformed. */
function imageTag(image: string): string {
  let tag = tags.young.get(image);
  if (tag === undefined) {
    tag = tags.old.get(image) ?? readTag(image);
    if (tags.young.size >= TAGS_KEPT) {
      tags.old = tags.young;
      tags.young = new Map();
    }
    tags.young.set(image, tag);
  }
  return tag;
}

function readTag(image: string): string {
  if (IMAGE_ID.test(image)) return '';
  const match = REFERENCE.exec(withDomain(image));
  if (!match) return '';
  const [, name = '', tag, digest] = match;
  if (name.length > MAX_NAME_LENGTH) return '';
  if (digest !== undefined && !isKnownDigest(digest)) return '';
  return tag ?? (digest === undefined ? 'latest' : '');
}

/** `nginx` is `docker.io/library/nginx`; the first part is a domain only when it looks like one. */
function withDomain(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isDomain = first !== '' && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const domain = isDomain ? first : DEFAULT_DOMAIN;
  const rest = isDomain ? image.slice(slash + 1) : image;
  return domain === DEFAULT_DOMAIN && !rest.includes('/') ? `${domain}/library/${rest}` : `${domain}/${rest}`;
}

function isKnownDigest(digest: string): boolean {
  const colon = digest.indexOf(':');
  const hex = digest.slice(colon + 1);
  return DIGEST_LENGTHS[digest.slice(0, colon)] === hex.length && hex.toLowerCase() === hex;
}
