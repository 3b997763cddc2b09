import type { HttpCall, HttpReply, Process } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import { safeRegExp } from '../../programs/support/linear-regexp.ts';
import { mediaType } from '../serve.ts';
import type { NginxConfig, NginxLocation, NginxServer, NginxSettings } from './model.ts';

/** Where a request has come to. */
export interface Place {
  readonly process: Process;
  readonly config: NginxConfig;
  readonly server: NginxServer;
  readonly port: number;
  readonly host: string;
}

const REASONS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Authorization Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** What a server answers, and whether that is logged. */
export async function answer(
  place: Place,
  call: HttpCall,
): Promise<{ readonly reply: HttpReply; readonly logs: boolean }> {
  const uri = call.url.split('?')[0] ?? '/';
  const path = decoded(uri);
  const location = locationFor(place.server, path);
  const settings = location?.settings ?? place.server.settings;
  const isMalformed = /%(?![\da-f]{2})/i.test(uri);
  const reply = isMalformed ? page(place, 400) : await replyOf(place, call, path, location, settings);
  const headers = Object.fromEntries(
    settings.headers
      .filter(({ always }) => always || HEADERS_AT.has(reply.status ?? 200))
      .map(({ name, value }) => [name.toLowerCase(), filled(place, call, value)]),
  );
  return {
    reply: { ...reply, headers: { server: serverName(place.process), ...reply.headers, ...headers } },
    logs: settings.logs,
  };
}

/** Bytes that are no text stay as they were written: no file has such a name. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Other answers get only the headers that are added always. @see https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header */
const HEADERS_AT: ReadonlySet<number> = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

const serverName = ({ env }: Process): string => `nginx/${env['NGINX_VERSION'] ?? ''}`;

/** The longest beginning of the path, unless an expression or the whole path matches. */
function locationFor({ locations }: NginxServer, path: string): NginxLocation | undefined {
  const exact = locations.find(({ modifier, path: wanted }) => modifier === '=' && wanted === path);
  if (exact !== undefined) return exact;
  const [longest] = locations
    .filter(({ modifier, path: wanted }) => (modifier === '' || modifier === '^~') && path.startsWith(wanted))
    .sort((a, b) => b.path.length - a.path.length);
  if (longest?.modifier === '^~') return longest;
  const matching = locations.find(
    ({ modifier, path: wanted }) =>
      modifier.startsWith('~') && safeRegExp(wanted, modifier === '~*' ? 'i' : '').test(path),
  );
  return matching ?? longest;
}

async function replyOf(
  place: Place,
  call: HttpCall,
  path: string,
  location: NginxLocation | undefined,
  settings: NginxSettings,
): Promise<HttpReply> {
  const { returns } = settings;
  if (returns !== undefined) {
    const text = returns.text === undefined ? undefined : filled(place, call, returns.text);
    if (returns.status >= 300 && returns.status < 400 && text !== undefined)
      return { ...page(place, returns.status), headers: { 'content-type': 'text/html', location: text } };
    if (text === undefined) return page(place, returns.status);
    return { status: returns.status, headers: { 'content-type': settings.defaultType }, body: text };
  }
  if (location?.proxy !== undefined) return passOn(place, call, location, location.proxy.url);
  if (call.method !== 'GET' && call.method !== 'HEAD') return page(place, 405);
  const folder = location?.alias;
  const fileOf = (uri: string): string =>
    folder === undefined ? `${settings.root}${uri}` : `${folder}${uri.slice(location?.path.length ?? 0)}`;
  if (location !== undefined && location.tryFiles.length > 0) {
    for (const [index, tried] of location.tryFiles.entries()) {
      if (index === location.tryFiles.length - 1) {
        if (tried.startsWith('=')) return page(place, Number(tried.slice(1)));
        return file(place, call, settings, fileOf(filled(place, call, tried)));
      }
      const uri = filled(place, call, tried);
      const found = file(place, call, settings, fileOf(uri));
      if ((found.status ?? 200) < 300) return found;
    }
  }
  return file(place, call, settings, fileOf(path), path);
}

function file(place: Place, { method }: HttpCall, settings: NginxSettings, path: string, uri?: string): HttpReply {
  const { fs } = place.process;
  if (path.split('/').includes('..')) return page(place, 400);
  if (!path.endsWith('/') && fs.exists(path) && fs.stat(path).type === 'directory') {
    if (uri === undefined) return page(place, 404);
    const { host, port } = place;
    const authority = port === 80 || host === '' ? host : `${host}:${port}`;
    return { ...page(place, 301), headers: { 'content-type': 'text/html', location: `http://${authority}${uri}/` } };
  }
  const isFile = (each: string): boolean => fs.exists(each) && fs.stat(each).type === 'file';
  const found = path.endsWith('/') ? settings.index.map((name) => path + name).find(isFile) : path;
  if (found === undefined) return page(place, fs.exists(path) ? 403 : 404);
  if (!isFile(found)) return page(place, 404);
  const { modifiedMs } = fs.stat(found);
  const content = fs.readFile(found);
  const type = mediaType(found) ?? settings.defaultType;
  const etag = `"${Math.floor(modifiedMs / 1000).toString(16)}-${content.length.toString(16)}"`;
  return {
    status: 200,
    headers: {
      'content-type': type,
      'last-modified': new Date(modifiedMs).toUTCString(),
      etag,
      'accept-ranges': 'bytes',
      ...(method === 'HEAD' && { 'content-length': String(content.length) }),
    },
    body: method === 'HEAD' ? '' : fs.readText(found),
  };
}

/** A page of nginx's own. */
function page({ process }: Place, status: number): HttpReply {
  const title = `${status} ${REASONS[status] ?? ''}`.trim();
  const body =
    status < 300
      ? ''
      : `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${serverName(process)}</center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}

async function passOn(place: Place, call: HttpCall, location: NginxLocation, url: string): Promise<HttpReply> {
  const { process, config } = place;
  const [, scheme = 'http', authority = '', uri] = /^(https?):\/\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  const members = config.upstreams.get(authority) ?? [authority];
  const rest =
    uri === undefined || location.modifier.startsWith('~') ? call.url : uri + call.url.slice(location.path.length);
  const { connection: _, 'content-length': __, 'transfer-encoding': ___, host: ____, ...headers } = call.headers;
  const set = Object.fromEntries(
    location.settings.proxyHeaders.map(([name, value]) => [name, filled(place, call, value)]),
  );
  const body = call.method === 'GET' || call.method === 'HEAD' ? undefined : await call.text();
  const first = process.rng.int(members.length);
  let status = 502;
  for (let i = 0; i < members.length; i++) {
    const member = members[(first + i) % members.length] ?? authority;
    try {
      const answered = await process.net.fetch(`${scheme}://${member}${rest}`, {
        method: call.method,
        headers: { ...headers, host: authority, ...set },
        ...(body !== undefined && { body }),
        signal: call.signal,
      });
      const { connection: _____, 'transfer-encoding': ______, 'content-length': _______, ...kept } = answered.headers;
      return { status: answered.status, headers: { ...kept, server: serverName(process) }, body: answered.body };
    } catch (error) {
      if (!isNetError(error)) throw error;
      const why =
        error.code === 'ECONNREFUSED'
          ? 'connect() failed (111: Connection refused)'
          : 'upstream timed out (110: Connection timed out)';
      status = error.code === 'ETIMEDOUT' ? 504 : 502;
      await process.stderr.write(
        `${stamp(process)} [error] 29#29: *1 ${why} while connecting to upstream, client: ${call.remote.ip}, server: ${place.server.names[0] ?? ''}, request: "${call.method} ${call.url} HTTP/1.1", upstream: "${scheme}://${member}${rest}", host: "${call.headers['host'] ?? ''}"\n`,
      );
    }
  }
  return page(place, status);
}

/** When a line of the error log was written. */
export const stamp = (process: Process): string =>
  new Date(process.now()).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** A text with the values of its variables; one that nobody knows is empty. */
function filled({ process, host, port }: Place, call: HttpCall, text: string): string {
  const [path = '', query = ''] = call.url.split('?');
  const forwarded = call.headers['x-forwarded-for'];
  const values: Readonly<Record<string, string>> = {
    host,
    http_host: call.headers['host'] ?? '',
    hostname: process.hostname,
    remote_addr: call.remote.ip,
    request_uri: call.url,
    uri: decoded(path),
    document_uri: decoded(path),
    args: query,
    query_string: query,
    is_args: query === '' ? '' : '?',
    scheme: call.tls ? 'https' : 'http',
    request_method: call.method,
    server_port: String(port),
    server_addr: process.net.addresses[0] ?? '',
    server_name: host,
    nginx_version: process.env['NGINX_VERSION'] ?? '',
    proxy_add_x_forwarded_for: forwarded === undefined ? call.remote.ip : `${forwarded}, ${call.remote.ip}`,
    time_iso8601: new Date(process.now()).toISOString().replace(/\.\d+Z$/, '+00:00'),
  };
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    if (name.startsWith('http_') && !Object.hasOwn(values, name))
      return call.headers[name.slice(5).replaceAll('_', '-')] ?? '';
    if (name.startsWith('arg_')) return new URLSearchParams(query).get(name.slice(4)) ?? '';
    return Object.hasOwn(values, name) ? (values[name] ?? '') : '';
  });
}
