import type { HttpReply } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';
import { locationFor } from './choose.ts';
import { bytesIn, compressed, withCharset } from './filters.ts';
import { logAccess, logError } from './log.ts';
import type { NginxReturn } from './model.ts';
import { page } from './pages.ts';
import { absolute, passOn } from './proxy.ts';
import type { NginxSettings } from './settings.ts';
import { contentType, staticFile } from './static-file.ts';
import type { Step } from './step.ts';
import { filled } from './variables.ts';
import type { Visit } from './visit.ts';

/** Beyond, a configuration goes round in circles. */
const MOST_CHANGES = 10;

/**
 * What a server answers. A request goes from location to location until one of them has an answer:
 *
 *     path -> location -> reply
 *       ^        |  \-> code -> error_page? -> page of nginx's own
 *       \--------/        |
 *       \-----------------/
 *
 * @throws where the connection is closed without an answer (`return 444`)
 */
export async function answer(visit: Visit, isMalformed: boolean): Promise<HttpReply> {
  let step: Step = isMalformed ? { status: 400 } : await enter(visit);
  let settings = settingsOf(visit);
  for (;;) {
    if ('to' in step) {
      if (++visit.changes > MOST_CHANGES) {
        await logError(
          visit,
          settings,
          `rewrite or internal redirection cycle while internally redirecting to "${step.to}"`,
        );
        step = { status: 500 };
        visit.sawErrorPage = true;
        continue;
      }
      step = await redirected(visit, step.to);
      settings = settingsOf(visit);
    } else if ('reply' in step) return finished(visit, settings, step.reply);
    else {
      const { status } = step;
      if (status === 444) {
        await logAccess(visit, settings, { status, bodyBytes: 0, headers: {} });
        throw new Error('closed without an answer');
      }
      const own = visit.sawErrorPage ? undefined : settings.errorPages.find(({ codes }) => codes.includes(status));
      if (own === undefined) {
        visit.status = status;
        const { location, headers } = step;
        const made = page(status, signature(visit, settings));
        const more = { ...made.headers, ...headers, ...(location !== undefined && { location }) };
        return finished(visit, settings, { ...made, headers: absolute(visit, settings, more) });
      }
      visit.sawErrorPage = !settings.recursiveErrorPages;
      const uri = filled(visit, own.uri);
      if (uri.startsWith('/') || uri.startsWith('@')) {
        visit.status = own.status === 'page' ? undefined : own.status === 'same' ? status : own.status;
        if (uri.startsWith('/') && visit.method !== 'HEAD') visit.method = 'GET';
        step = { to: uri };
      } else {
        visit.sawErrorPage = true;
        const isRedirect = typeof own.status === 'number' && [301, 302, 303, 307, 308].includes(own.status);
        step = { status: isRedirect ? Number(own.status) : 302, location: uri };
      }
    }
  }
}

const settingsOf = ({ location, server }: Visit): NginxSettings => location?.settings ?? server.settings;

const signature = ({ process }: Visit, { serverTokens }: NginxSettings): string =>
  serverTokens === 'off' ? 'nginx' : `nginx/${process.env['NGINX_VERSION'] ?? ''}`;

async function redirected(visit: Visit, to: string): Promise<Step> {
  if (to.startsWith('@')) {
    const named = visit.server.locations.find(({ modifier, path }) => modifier === '@' && path === to);
    if (named === undefined) {
      await logError(visit, settingsOf(visit), `could not find named location "${to}"`);
      return { status: 500 };
    }
    visit.location = named;
    return located(visit);
  }
  const [path = '', ...query] = to.split('?');
  visit.path = path;
  visit.args = query.join('?');
  return enter(visit);
}

/** Looks for the location of the path, and what it says. */
async function enter(visit: Visit): Promise<Step> {
  const { server, path, call } = visit;
  visit.location = undefined;
  if (server.returns !== undefined) return returned(visit, server.settings, server.returns);
  const location = locationFor(server, path, visit.groups);
  visit.location = location;
  const settings = settingsOf(visit);
  if (location?.internal === true && visit.changes === 0) return { status: 404 };
  const { maxBodyBytes } = settings;
  const length = Number(call.headers['content-length'] ?? 0);
  if (maxBodyBytes > 0 && length > maxBodyBytes && !visit.sawErrorPage && visit.status === undefined) {
    await logError(visit, settings, `client intended to send too large body: ${length} bytes`);
    return { status: 413 };
  }
  // A location for what lies in a folder sends those there who ask for the folder itself.
  if (location?.modifier !== '=') {
    const folder = server.locations.find((each) => each.modifier === '' && each.path === `${path}/`);
    if (folder?.proxy !== undefined && location?.pattern === undefined)
      return { status: 301, location: `${path}/${visit.args === '' ? '' : `?${visit.args}`}` };
  }
  return located(visit);
}

async function located(visit: Visit): Promise<Step> {
  const { location, server } = visit;
  const settings = settingsOf(visit);
  visit.root = filled(visit, settings.root);
  if (location?.returns !== undefined) return returned(visit, settings, location.returns);
  const alias = location?.alias;
  const fileOf = (path: string): string => {
    if (alias === undefined || location === undefined) return `${visit.root}${path}`;
    return location.pattern === undefined
      ? filled(visit, alias) + path.slice(location.path.length)
      : filled(visit, alias);
  };
  const tried = location?.tryFiles ?? server.tryFiles;
  if (tried.length > 0) {
    const next = firstOf(visit, tried, fileOf);
    if (next !== undefined) return next;
  }
  if (location?.proxy !== undefined) return passOn(visit, location, location.proxy.url);
  return staticFile(visit, settings, fileOf);
}

/** The first that is there becomes the path; the last is gone to when none is. @see https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files */
function firstOf(visit: Visit, names: readonly string[], fileOf: (path: string) => string): Step | undefined {
  const { fs } = visit.process;
  for (const name of names.slice(0, -1)) {
    const wantsFolder = name.endsWith('/');
    const path = filled(visit, name);
    const stat = attempt(() => fs.stat(fileOf(path)));
    if ('error' in stat || (stat.value.type === 'directory') !== wantsFolder) continue;
    visit.path = path;
    return undefined;
  }
  const last = names.at(-1) ?? '';
  if (/^=\d+$/.test(last)) return { status: Number(last.slice(1)) };
  return { to: filled(visit, last) };
}

function returned(visit: Visit, settings: NginxSettings, { status, text }: NginxReturn): Step {
  // A code without a text does not hide the error that led here.
  if (text === undefined && status >= 400) return { status: visit.status ?? status };
  const body = text === undefined ? '' : filled(visit, text);
  if ([301, 302, 303, 307, 308].includes(status)) return { status, location: body };
  return { reply: { status, headers: { 'content-type': contentType(visit, settings) }, body } };
}

/** Other answers get only the headers that are added always. @see https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header */
const HEADERS_AT: ReadonlySet<number> = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

/** The answer with all that is said of answers, and a line of the log for it. */
async function finished(visit: Visit, settings: NginxSettings, made: HttpReply): Promise<HttpReply> {
  const status = visit.status ?? made.status ?? 200;
  const typed = withCharset(
    { ...made, status, headers: { server: signature(visit, settings), ...made.headers } },
    settings,
  );
  const reply = compressed(visit, typed, settings);
  const headers: Record<string, string> = { ...reply.headers };
  const added = new Set<string>();
  for (const { name, value, always } of settings.headers) {
    const key = name.toLowerCase();
    const text = filled(visit, value);
    if (text === '' || !(always || HEADERS_AT.has(status))) continue;
    headers[key] = added.has(key) ? `${headers[key]}, ${text}` : text;
    added.add(key);
  }
  const { body = '' } = reply;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bodyBytes = visit.call.method === 'HEAD' ? 0 : bytesIn(body);
    await logAccess(visit, settings, { status, bodyBytes, headers });
    return { ...reply, headers };
  }
  return { ...reply, headers, body: counted(visit, settings, body, status, headers) };
}

async function* counted(
  visit: Visit,
  settings: NginxSettings,
  body: AsyncIterable<string | Uint8Array>,
  status: number,
  headers: Readonly<Record<string, string>>,
): AsyncGenerator<string | Uint8Array> {
  let bodyBytes = 0;
  try {
    for await (const chunk of body) {
      bodyBytes += bytesIn(chunk);
      yield chunk;
    }
  } finally {
    await logAccess(visit, settings, { status, bodyBytes, headers });
  }
}
