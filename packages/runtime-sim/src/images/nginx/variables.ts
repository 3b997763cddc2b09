import { VARIABLE } from './variable-names.ts';
import type { Visit } from './visit.ts';

/** What becomes known at the end of a request: for logs. */
export interface Outcome {
  readonly status: number;
  readonly bodyBytes: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A text with the values of its variables. */
export function filled(visit: Visit, text: string, outcome?: Outcome): string {
  if (!text.includes('$')) return text;
  return text.replace(VARIABLE, (_, braced?: string, bare?: string) => lookedUp(visit, braced ?? bare ?? '', outcome));
}

/** A line of a log: what has no value is a dash, and what could be taken for the end of a field is written as its number. */
export function logged(visit: Visit, format: string, outcome: Outcome): string {
  return format.replace(VARIABLE, (_, braced?: string, bare?: string) => {
    const value = lookedUp(visit, braced ?? bare ?? '', outcome);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would take for an order.
    return value === '' ? '-' : value.replace(/["\\\u0000-\u001f\u007f]/g, (char) => `\\x${hex(char)}`);
  });
}

const hex = (char: string): string => char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');

function lookedUp(visit: Visit, name: string, outcome: Outcome | undefined): string {
  const group = visit.groups.get(name);
  if (group !== undefined) return group;
  const { call } = visit;
  const simple = SIMPLE[name];
  if (simple !== undefined) return simple(visit, outcome);
  const [, kind, rest = ''] = /^(http|arg|cookie|sent_http)_(\w+)$/.exec(name) ?? [];
  const header = rest.replaceAll('_', '-').toLowerCase();
  if (kind === 'http') return call.headers[header] ?? '';
  if (kind === 'sent_http') return outcome?.headers[header] ?? '';
  if (kind === 'arg') return new RegExp(`(?:^|&)${rest}=([^&]*)`, 'i').exec(visit.args)?.[1] ?? '';
  if (kind === 'cookie') return new RegExp(`(?:^|;\\s*)${rest}=([^;]*)`).exec(call.headers['cookie'] ?? '')?.[1] ?? '';
  return '';
}

type Value = (visit: Visit, outcome: Outcome | undefined) => string;

const SIMPLE: Readonly<Record<string, Value>> = {
  host: ({ host, server }) => (host === '' ? (server.names[0] ?? '') : host),
  hostname: ({ process }) => process.hostname,
  remote_addr: ({ call }) => call.remote.ip,
  binary_remote_addr: ({ call }) => call.remote.ip,
  remote_port: ({ call }) => String(call.remote.port),
  remote_user: ({ call }) => userOf(call.headers['authorization']),
  request: ({ call }) => `${call.method} ${call.url} HTTP/1.1`,
  request_uri: ({ call }) => call.url,
  request_method: ({ method }) => method,
  request_time: ({ process, beganMs }) => seconds(process.now() - beganMs),
  request_length: ({ call }) => String(Number(call.headers['content-length'] ?? 0) + call.url.length),
  request_id: ({ process, call }) => digits(`${process.now()} ${call.remote.ip}:${call.remote.port} ${call.url}`),
  request_filename: ({ root, path }) => root + path,
  uri: ({ path }) => path,
  document_uri: ({ path }) => path,
  document_root: ({ root }) => root,
  realpath_root: ({ root }) => root,
  args: ({ args }) => args,
  query_string: ({ args }) => args,
  is_args: ({ args }) => (args === '' ? '' : '?'),
  scheme: ({ call }) => (call.tls ? 'https' : 'http'),
  https: ({ call }) => (call.tls ? 'on' : ''),
  server_port: ({ port }) => String(port),
  server_addr: ({ process }) => process.net.addresses[0] ?? '',
  server_name: ({ server }) => server.names[0] ?? '',
  server_protocol: () => 'HTTP/1.1',
  nginx_version: ({ process }) => process.env['NGINX_VERSION'] ?? '',
  proxy_host: ({ location }) => /^https?:\/\/([^/]+)/.exec(location?.proxy?.url ?? '')?.[1] ?? '',
  proxy_port: ({ location }) => {
    const [, scheme, port] = /^(https?):\/\/[^/:]+(?::(\d+))?/.exec(location?.proxy?.url ?? '') ?? [];
    return port ?? (scheme === 'https' ? '443' : scheme === 'http' ? '80' : '');
  },
  proxy_add_x_forwarded_for: ({ call }) => {
    const before = call.headers['x-forwarded-for'];
    return before === undefined ? call.remote.ip : `${before}, ${call.remote.ip}`;
  },
  time_iso8601: ({ process }) => new Date(process.now()).toISOString().replace(/\.\d+Z$/, '+00:00'),
  time_local: ({ process }) => localTime(process.now()),
  msec: ({ process }) => (process.now() / 1000).toFixed(3),
  pid: ({ process }) => String(process.pid),
  connection: () => '1',
  connection_requests: () => '1',
  pipe: () => '.',
  content_type: ({ call }) => call.headers['content-type'] ?? '',
  content_length: ({ call }) => call.headers['content-length'] ?? '',
  status: (_, outcome) => (outcome === undefined ? '' : String(outcome.status)),
  body_bytes_sent: (_, outcome) => String(outcome?.bodyBytes ?? 0),
  bytes_sent: (_, outcome) => String(outcome?.bodyBytes ?? 0),
  upstream_addr: ({ upstream }) => upstream.map(({ address }) => address).join(', '),
  upstream_status: ({ upstream }) => upstream.map(({ status }) => status).join(', '),
  upstream_response_time: ({ upstream }) => upstream.map(({ tookMs }) => seconds(tookMs)).join(', '),
  upstream_connect_time: ({ upstream }) => upstream.map(() => '0.000').join(', '),
  upstream_header_time: ({ upstream }) => upstream.map(({ tookMs }) => seconds(tookMs)).join(', '),
};

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function userOf(authorization = ''): string {
  const [, encoded = ''] = /^Basic\s+(\S+)$/i.exec(authorization) ?? [];
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return '';
  return atob(encoded).split(':')[0] ?? '';
}

/** 32 hexadecimal digits, the same for the same request. */
function digits(text: string): string {
  let made = '';
  for (let seed = 0; made.length < 32; seed++) {
    let hash = 2166136261 ^ seed;
    for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
    made += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return made;
}

function localTime(ms: number): string {
  const time = new Date(ms).toISOString();
  return `${time.slice(8, 10)}/${MONTHS[Number(time.slice(5, 7)) - 1]}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
