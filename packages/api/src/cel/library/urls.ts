import { parseGoUrl, UrlProblem } from '../../kinds/rules/go-url.ts';
import { declare, type Library } from '../declarations.ts';
import { CelError, CelList, CelMap, type CelValue, Opaque } from '../values.ts';

/** A value of type `kubernetes.URL`. */
class UrlValue extends Opaque {
  readonly typeName = 'kubernetes.URL';
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  /** @throws {CelError} */
  constructor(text: string) {
    super();
    const parsed = read(text);
    this.text = text;
    this.scheme = parsed.scheme;
    this.host = parsed.host;
    this.query = parsed.rawQuery;
    const [rest = ''] = text.slice(this.scheme === '' ? 0 : this.scheme.length + 1).split(/[?#]/);
    this.path = rest.startsWith('//') ? (/^\/\/[^/]*(.*)$/s.exec(rest)?.[1] ?? '') : rest;
  }

  equals(other: UrlValue): boolean {
    return other.text === this.text;
  }
}

/** A whole URL, or a path from the root. */
function read(text: string): ReturnType<typeof parseGoUrl> {
  const refuse = (why: string): CelError => new CelError(`URL parse error during conversion from string: ${why}`);
  try {
    if (text === '') throw refuse('parse "": empty url');
    const url = parseGoUrl(text.replace(/#/g, '%23'));
    if (url.scheme === '' && !text.startsWith('/')) {
      throw refuse(`parse ${JSON.stringify(text)}: invalid URI for request`);
    }
    return url;
  } catch (error) {
    if (error instanceof UrlProblem) throw refuse(error.message);
    throw error;
  }
}

const url = (value: CelValue): UrlValue => value as UrlValue;

function isUrl(text: CelValue): boolean {
  try {
    read(text as string);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

/** Without the brackets of an IPv6 address. */
function hostname(value: CelValue): string {
  const { host } = url(value);
  return /^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '');
}

const port = (value: CelValue): string => /:(\d*)$/.exec(url(value).host.replace(/^\[[^\]]*\]/, ''))?.[1] ?? '';

function query(value: CelValue): CelMap {
  const values = new Map<string, string[]>();
  for (const [name, each] of new URLSearchParams(url(value).query)) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [each]);
    else known.push(each);
  }
  return new CelMap(new Map([...values].map(([name, each]) => [`s${name}`, [name, new CelList(each)] as const])));
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/urls.go */
export const URLS: Library = [
  declare('url', ['string_to_url', '(string) url', (text) => new UrlValue(text as string)]),
  declare('isURL', ['is_url_string', '(string) bool', isUrl]),
  declare('getScheme', ['url_get_scheme', '.(url) string', (value) => url(value).scheme]),
  declare('getHost', ['url_get_host', '.(url) string', (value) => url(value).host]),
  declare('getHostname', ['url_get_hostname', '.(url) string', hostname]),
  declare('getPort', ['url_get_port', '.(url) string', port]),
  declare('getEscapedPath', ['url_get_escaped_path', '.(url) string', (value) => url(value).path]),
  declare('getQuery', ['url_get_query', '.(url) map(string, list(string))', query]),
];
