import { parseGoUrl } from '@tabernetes/api/go-url';

/** Where an answer of something behind the API server comes from, and under which path clients reach it. */
export interface ProxiedSite {
  /** `/api/v1/namespaces/default/services/web/proxy` */
  readonly prefix: string;
  /** Address and port of the backend: links to it are links to what is proxied. */
  readonly backend: string;
  /** What the client calls the API server, by its Host header. */
  readonly host: string;
}

/**
 * A link of a proxied page, or where it redirects to, as clients must follow it. What leads elsewhere or is relative stays.
 *
 * @throws {UrlProblem}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/proxy/transport.go rewriteURL
 */
export function proxiedUrl(url: string, { prefix, backend, host: own }: ProxiedSite): string {
  const { host, path } = parseGoUrl(url);
  if (!path.startsWith('/') || (host !== '' && host !== backend && host !== own)) return url;
  const [, site = '', escapedPath = '', rest = ''] = PARTS.exec(url) ?? [];
  const here = path.startsWith(prefix) ? escapedPath : escaped(joined(prefix, path));
  return `${host === own ? site : ''}${here}${rest}`;
}

/** Scheme and host, path, and what follows that. */
const PARTS = /^((?:[a-zA-Z][a-zA-Z0-9+.-]*:)?(?:\/\/[^/?#]*)?)([^?#]*)(.*)$/s;

/** As Go's `path.Join`, but for a slash at the end, which stays. */
function joined(prefix: string, path: string): string {
  const names: string[] = [];
  for (const name of `${prefix}/${path}`.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

/** As Go's `url.URL` escapes paths: of the reserved characters these may stand for themselves. */
const escaped = (path: string): string =>
  encodeURIComponent(path)
    .replace(/%(?:24|26|2B|2C|2F|3A|3B|3D|40)/g, decodeURIComponent)
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
