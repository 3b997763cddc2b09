import { UrlProblem } from '@tabernetes/api/go-url';
import { Parser } from 'htmlparser2';
import { type ProxiedSite, proxiedUrl } from './proxied-url.ts';

/** Which attributes of which elements hold URLs. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

/**
 * A page with other links. Start tags are written anew, as Kubernetes writes them: names in small letters, every value in quotes; all else
 * stays as it is.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/proxy/transport.go rewriteHTML
 */
export function relinked(page: string, site: ProxiedSite): string {
  const pieces: string[] = [];
  let written = 0;
  let attributes: (readonly [name: string, value: string])[] = [];
  /** What browsers with scripts do not show is no markup to Go. */
  let isUnseen = false;
  const parser = new Parser({
    onopentagname: () => {
      attributes = [];
    },
    onattribute: (name, value) => attributes.push([name, value]),
    onopentag: (name, _, isImplied) => {
      if (isImplied || isUnseen) return;
      isUnseen = name === 'noscript';
      const links = Object.hasOwn(LINKS, name) ? LINKS[name] : undefined;
      const texts = attributes.map(
        ([key, value]) => ` ${key}="${escaped(links?.includes(key) ? linkOf(value, site) : value)}"`,
      );
      const end = page[parser.endIndex - 1] === '/' ? '/>' : '>';
      pieces.push(page.slice(written, parser.startIndex), `<${name}${texts.join('')}${end}`);
      written = parser.endIndex + 1;
    },
    onclosetag: (name) => {
      if (name === 'noscript') isUnseen = false;
    },
  });
  parser.end(page);
  pieces.push(page.slice(written));
  return pieces.join('');
}

/** What is no URL stays what it is. */
function linkOf(value: string, site: ProxiedSite): string {
  try {
    return proxiedUrl(value, site);
  } catch (error) {
    if (error instanceof UrlProblem) return value;
    throw error;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
};

/** As Go's `html.EscapeString` does; its tokenizer has made one of both bytes of a line's end. */
const escaped = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/[&'<>"]/g, (letter) => ENTITIES[letter] ?? letter);
